/// The rows of one fit: taken from a data set, divided, and gathered into batches for all members.
#pragma once

#include <cstdint>
#include <vector>

#include "weft/core/wire.h"
#include "weft/rl/model.h"
#include "weft/rl/transitions.h"

namespace weft::fitting {

/// The rows of the data set with these numbers, in this order; the last `validation_rows` of them are for validation.
rl::FitData take_fit_data(const Wire<rl::Dataset>& dataset, const std::vector<int64_t>& order, int64_t validation_rows,
                          int64_t tick);

/// All rows of a data set on which a model is measured, as validation rows in their own order. Throws Error when there
/// are none, or when they have other sizes than the model.
rl::FitData take_measured_data(const Wire<rl::Dataset>& dataset, const Wire<rl::DynamicsModel>& model, int64_t tick);

/// Throws Error when the rows of the data set have other sizes than the model. While it has no rows it may not know.
void require_same_sizes(const Wire<rl::Dataset>& dataset, const Wire<rl::DynamicsModel>& model);

/// Gathers batches into tensors that are used again from batch to batch.
class BatchGatherer {
 public:
  /// `data` outlives the gatherer.
  BatchGatherer(const rl::FitData& data, int64_t members) : data_(data), members_(members) {}

  /// Makes the batch of `size` rows in which member e has the rows `rows[e][first]` .. `rows[e][first + size - 1]`.
  void gather(const std::vector<std::vector<int64_t>>& rows, int64_t first, int64_t size);
  /// The same with the consecutive rows `first` .. `first + size - 1` for every member.
  void gather_consecutive(int64_t first, int64_t size);

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
