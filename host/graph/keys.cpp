#include "host/graph/keys.h"

#include <cmath>

namespace weft::host {
namespace {

weft_parameter row(int32_t kind, const char* key, const char* default_value, const char* unit, const char* sentence) {
  weft_parameter row{};
  row.size = sizeof row;
  row.kind = kind;
  row.key = key;
  row.default_value = default_value;
  row.minimum = -HUGE_VAL;
  row.maximum = HUGE_VAL;
  row.unit = unit;
  row.sentence = sentence;
  return row;
}

weft_parameter whole(const char* key, const char* default_value, double minimum, const char* unit,
                     const char* sentence) {
  weft_parameter number = row(WEFT_INTEGER, key, default_value, unit, sentence);
  number.minimum = minimum;
  return number;
}

weft_parameter may_be_left_out(weft_parameter row) {
  row.optional = 1;
  return row;
}

}  // namespace

const KeyTable& run_keys() {
  static const KeyTable keys{
      "run",
      "[run]",
      "The length of a run, its seed, and how often it saves and reports.",
      {may_be_left_out(row(WEFT_TEXT, "name", nullptr, "",
                           "names the folder of the run, runs/NAME/SEED; the file's own name when left out")),
       whole("seed", "0", 0, "", "the one number that all random numbers of the run come from"),
       whole("ticks", nullptr, 1, "ticks", "the length of the run"),
       whole("checkpoint", "0", 0, "ticks",
             "a checkpoint is written every so many ticks and at the end; 0: at the end"),
       whole("report", "1_000", 1, "ticks",
             "averaged metrics are recorded every so many ticks, as means since the last time"),
       row(file_list, "plugins", "[]", "",
           "plugins or folders of plugins to load first, relative to the file that names them")},
      {"A tick is one pass through the schedule; ticks are counted from 1 to 'ticks'.",
       "'ticks' is the total: 'weft resume RUN_DIR --ticks N' continues up to tick N.",
       "'weft run' sets 'seed' and 'ticks' with --seed and --ticks, and any key with --set run.KEY=VALUE."}};
  return keys;
}

const KeyTable& schedule_keys() {
  static const KeyTable keys{
      "schedule",
      "[[schedule]]",
      "One entry: which stage runs, and in which ticks.",
      {row(WEFT_TEXT, "run", nullptr, "", "the name of the stage that runs"),
       may_be_left_out(whole("from", nullptr, 1, "ticks", "the first tick in which the entry fires")),
       whole("every", "1", 1, "ticks", "the entry fires every so many ticks"),
       may_be_left_out(whole("until", nullptr, 1, "ticks", "the last tick in which the entry may fire")),
       may_be_left_out(
           whole("at", nullptr, 1, "ticks", "the only tick in which the entry fires; excludes from, every and until")),
       whole("times", "1", 1, "", "how many times in a row the stage runs when the entry fires"),
       row(WEFT_FLAG, "at_start", "false", "", "whether the stage also runs once before tick 1")},
      {"With 'from', an entry fires in ticks from, from + every, from + 2 every and so on; without it, in multiples of "
       "every. The stage then runs 'times' times.",
       "In a run of T ticks, or until tick T, it fires floor((T - from) / every) + 1 times, for T >= from; without "
       "'from', floor(T / every) times.",
       "In each tick the entries fire in the order of the file; a stage may have several entries.",
       "at_start runs the stage once before tick 1, whatever the other keys are; it is recorded as tick 0.",
       "An entry that fires in no tick and has no at_start is an error; a note when the command line says how many "
       "ticks "
       "there are, or the run is resumed.",
       "--set schedule.STAGE.KEY=VALUE changes the entry of a stage that has exactly one.",
       "In a graph that extends another one, a table [schedule.STAGE] changes keys of the only inherited entry of this "
       "stage, or, with after = \"OTHER\", adds an entry behind that of another stage.",
       "[[schedule]] replaces the whole inherited schedule; a note names the stages that are gone. A file has one or "
       "the "
       "other."}};
  return keys;
}

const KeyTable* find_key_table(const std::string& name) {
  for (const KeyTable* table : {&run_keys(), &schedule_keys()})
    if (name == table->name) return table;
  return nullptr;
}

}  // namespace weft::host
