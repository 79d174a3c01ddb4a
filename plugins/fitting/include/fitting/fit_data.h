/// The rows of one fit: taken from a data set, split for training and validation, and gathered into batches.
#pragma once

#include <cstdint>
#include <vector>

#include "weft/core/wire.h"
#include "weft/rl/model.h"
#include "weft/rl/transitions.h"

namespace weft::fitting {

/// The rows of `dataset` with the numbers `order`, in this order; the last `validation_rows` of them are for
/// validation.
rl::FitData take_fit_data(const Wire<rl::Dataset>& dataset, const std::vector<int64_t>& order, int64_t validation_rows,
                          int64_t tick);

/// All rows of a data set, in order and all for validation: to measure a model on them. Throws Error when there are
/// none, or when they have other sizes than the model.
rl::FitData take_measured_data(const Wire<rl::Dataset>& dataset, const Wire<rl::DynamicsModel>& model, int64_t tick);

/// Throws SetupError at slot `data` when the rows have other sizes than the model. An empty data set passes: it may not
/// know its sizes yet.
void require_same_sizes(const Wire<rl::Dataset>& dataset, const Wire<rl::DynamicsModel>& model);

/// Gathers batches, for all members of a model, into tensors that are reused from batch to batch.
class BatchGatherer {
 public:
  /// `data` has to outlive the gatherer.
  BatchGatherer(const rl::FitData& data, int64_t members) : data_(data), members_(members) {}

  /// Gathers `size` rows for each member: member e gets the rows `rows[e][first]` .. `rows[e][first + size - 1]`.
  void gather(const std::vector<std::vector<int64_t>>& rows, int64_t first, int64_t size);
  /// Gathers the rows `first` .. `first + size - 1` for every member.
  void gather_consecutive(int64_t first, int64_t size);

  /// The gathered batch; valid until the next one is gathered.
  const rl::MemberBatch& batch() const { return batch_; }
  const at::Tensor& action() const { return action_; }  ///< [members, size, m]

 private:
  void resize(int64_t size);
  void fill();

  const rl::FitData& data_;
  int64_t members_;
  rl::MemberBatch batch_;
  at::Tensor action_;
};

}  // namespace weft::fitting
