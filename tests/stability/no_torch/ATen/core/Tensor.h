// Replaces LibTorch's tensor, because only the SDK's own interface is compared. For LibTorch's, the fingerprint
// requires the same version.
#pragma once

namespace at {
class Tensor {
 public:
  Tensor() = default;
  Tensor(const Tensor& other);
  Tensor& operator=(const Tensor& other);
  ~Tensor();

 private:
  void* implementation_ = nullptr;
};
}  // namespace at
