/// The networks of a model, and what trains and runs them. Needs no Torch.
///
/// Results do not depend on the number of threads: a training pass divides the rows of each member into at most two
/// parts, a pass that only predicts divides them into blocks of rows, and both sum in a fixed order. One thread takes
/// both parts of a member, and so reads its weights once, as long as all threads get the same number of members; the
/// remaining members are divided between two threads (seven members on two threads: three each, and half of the
/// seventh).
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "dense/dense.h"
#include "normalizer.h"
#include "output_scale.h"
#include "weft/core/random.h"
#include "weft/core/state.h"

namespace weft::model_mlp {

struct Shape {
  int64_t members = 1;
  int64_t elites = 1;
  int64_t observation_size = 0;
  int64_t action_size = 0;
  std::vector<int64_t> hidden;  ///< none: linear
  dense::Activation activation = dense::Activation::silu;
  bool gaussian = false;            ///< a log-variance for each output
  float min_log_variance = -10.0f;  ///< bounds of the network's log-variances, in the units of its targets
  float max_log_variance = 0.5f;
  bool normalize_targets = false;
  Target target = Target::change;
};

/// Rows of observations and actions for each member, unnormalized and row-major. A stride is the number of floats from
/// the first row of one member to that of the next; 0: all members have the same rows.
struct MemberRows {
  const float* observation = nullptr;
  int64_t observation_stride = 0;
  const float* action = nullptr;
  int64_t action_stride = 0;
  int64_t batch = 0;  ///< rows of each member
};

/// Which members sample() uses.
enum class Rollout {
  random_elite,  ///< an elite per row, drawn at random; with noise if the last fit trained its variance
  mean           ///< the mean of the elites, without noise
};

class Ensemble {
 public:
  /// Weights are drawn as in the reference: normal numbers of deviation 1 / (2 sqrt(inputs)), none beyond two
  /// deviations. Biases are zero, and the first members are the elites.
  Ensemble(Shape shape, Random random);

  const Shape& shape() const { return shape_; }
  int64_t outputs() const { return shape_.observation_size + 1; }

  /// Begins a fit to `rows` rows, the first `training_rows` of them for training: computes the statistics of inputs and
  /// targets. The last layer follows the statistics of the targets, so that predictions change only by the inputs'.
  /// `next_observation` and `reward` may be null without `normalize_targets`. The noise of sample() needs
  /// `trains_log_variance`.
  void begin_fit(int64_t rows, int64_t training_rows, const float* observation, const float* action,
                 const float* next_observation, const float* reward, bool trains_log_variance);

  /// Writes `mean` and, for Gaussian heads, `log_variance`, both `[members, batch, n + 1]`, and keeps what
  /// backward() needs.
  void forward(const MemberRows& rows, int threads, float* mean, float* log_variance);

  /// Backpropagates the gradients of the outputs of the last forward(). Adds to the gradient of the parameters if
  /// `parameters`; writes those of the inputs, `[members, batch, n]` and `[members, batch, m]`, unless null.
  void backward(const float* mean, const float* log_variance, int threads, bool parameters, float* observation,
                float* action);

  /// The numbers of forward(), without keeping anything; does not change what forward() kept.
  void evaluate(const MemberRows& rows, int threads, float* mean, float* log_variance);

  /// One imagined step: see rl::DynamicsModel::sample.
  void sample(Rollout rollout, int64_t batch, const float* observation, const float* action, Random& random,
              int threads, float* next_observation, float* reward);

  /// One step of Adam with the gradient that backward() accumulated since the last one; sets `settings.step`. Throws
  /// Error without a gradient.
  void step(dense::AdamStep settings, int threads);

  void snapshot(int64_t member);
  void restore(int64_t member);
  void set_elites(const std::vector<int64_t>& members);

  void save(StateWriter& writer) const;
  void load(StateReader& reader);

  /// FLOP of the matrix products since the last call.
  double take_flop() { return std::exchange(flop_, 0.0); }

 private:
  /// One unit of a training pass, with its memory.
  struct Part {
    dense::Workspace workspace;
    std::vector<float> input, clamp_derivative, output_gradient, input_gradient;
    int64_t member = 0, first = 0, rows = 0;
    bool second = false;  // the second of the two parts of its member
  };
  /// Memory of a thread in passes that keep nothing.
  struct Scratch {
    dense::Workspace workspace;
    std::vector<float> input, mean, log_variance, sum, noise;
  };
  /// Rows of sample() that use the same members.
  struct Block {
    const int64_t* rows = nullptr;
    int64_t count = 0;
    const int64_t* members = nullptr;
    int64_t member_count = 0;
  };

  const float* parameters_of(int64_t member) const { return parameters_.data() + member * network_.parameter_count(); }
  void check_member(int64_t member) const;
  void cut(int64_t batch);
  int64_t whole_members(int threads) const;
  void join_gradients(int64_t begin, int64_t count);
  template <class Work>
  void for_parts(int threads, bool last_first, const Work& work);
  void rescale_last_layer(const OutputChange& change);
  void split(const float* raw, int64_t rows, float* mean, float* log_variance, float* clamp_derivative) const;
  const float* joined_gradient(Part& part, const float* mean, const float* log_variance) const;
  std::vector<Block> blocks_by_member(int64_t batch, Random& random);
  std::vector<Block> blocks_of_all_elites(int64_t batch);
  void predict_block(const Block& block, const float* observation, const float* action, Scratch& scratch) const;
  void add_noise(int64_t rows, Random random, Scratch& scratch) const;

  Shape shape_;
  dense::Mlp network_;
  Normalizer normalizer_;
  OutputScale output_scale_;
  bool trains_log_variance_ = false;                              // the last fit did
  std::vector<float> parameters_, first_moment_, second_moment_;  // [members, parameter_count]
  std::vector<float> gradient_;                                   // the same, accumulated since the last step
  std::vector<float> second_gradient_;  // of second parts that another thread took; added later
  bool has_gradient_ = false;           // whether there is a gradient
  int64_t second_from_ = 0;             // the first member with a second gradient
  int64_t steps_ = 0;
  std::vector<float> snapshot_;  // [members, parameter_count]
  std::vector<bool> has_snapshot_;
  std::vector<int64_t> elites_;

  std::vector<Part> parts_;  // of the last forward()
  int64_t batch_ = 0;        // of the last forward()
  std::vector<Scratch> scratch_;
  double flop_ = 0.0;
  std::vector<int64_t> order_, elite_of_row_;  // rows sorted by elite; the number of the elite of each row
};

}  // namespace weft::model_mlp
