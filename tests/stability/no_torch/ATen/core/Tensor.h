// Stands in for LibTorch's tensor: what is compared is the SDK's own interface. LibTorch's is held by the fingerprint,
// which wants the very same version.
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
