#include "shell.h"

#include <algorithm>
#include <regex>

namespace weft::pages {
namespace {

class Reader {
 public:
  explicit Reader(const std::string& text) : text_(text) {}

  std::vector<Command> read() {
    for (; at_ < text_.size(); ++at_) read_letter(text_[at_]);
    end_command();
    return std::move(commands_);
  }

 private:
  void read_letter(char letter) {
    switch (letter) {
      case '\'':
      case '"':
        quoted(letter);
        break;
      case '\\':
        escaped();
        break;
      case ' ':
      case '\t':
        end_word();
        break;
      case '\n':
        end_command();
        ++line_;
        break;
      case ';':
      case '&':
        end_command();
        break;
      case '|':
        in_word_ ? void(word_ += letter) : end_command();
        break;
      case '>':
      case '<':
        redirection();
        break;
      case '#':
        in_word_ ? void(word_ += letter) : void(at_ = std::min(text_.find('\n', at_), text_.size()) - 1);
        break;
      default:
        word_ += letter;
        in_word_ = true;
    }
  }

  void quoted(char quote) {
    const std::size_t close = text_.find(quote, at_ + 1);
    if (close == std::string::npos) throw Wrong("a quote is not closed");
    word_ += text_.substr(at_ + 1, close - at_ - 1);
    in_word_ = true;
    at_ = close;
  }

  /// A line that ends with a backslash continues in the next one.
  void escaped() {
    if (++at_ >= text_.size()) return;
    if (text_[at_] == '\n') {
      ++line_;
      return;
    }
    word_ += text_[at_];
    in_word_ = true;
  }

  /// Leaves out "> FILE", "2>&1" and the like.
  void redirection() {
    if (word_ == "1" || word_ == "2") {
      word_.clear();
      in_word_ = false;
    }
    end_word();
    at_ = std::min(text_.find_first_not_of("<>& ", at_), text_.size());
    at_ = std::min(text_.find_first_of(" \n;|", at_), text_.size()) - 1;
  }

  void end_word() {
    if (in_word_) {
      if (words_.empty()) begin_ = line_;
      words_.push_back(word_);
    }
    word_.clear();
    in_word_ = false;
  }

  void end_command() {
    end_word();
    static const std::regex assignment("[A-Za-z_][A-Za-z_0-9]*=.*");
    while (!words_.empty() && std::regex_match(words_.front(), assignment)) words_.erase(words_.begin());
    if (!words_.empty()) commands_.push_back({words_, begin_});
    words_.clear();
  }

  const std::string& text_;
  std::size_t at_ = 0;
  int line_ = 0, begin_ = 0;
  std::string word_;
  bool in_word_ = false;  ///< also when the word is empty: ''
  Words words_;
  std::vector<Command> commands_;
};

}  // namespace

std::vector<Command> read_commands(const std::string& text) { return Reader(text).read(); }

}  // namespace weft::pages
