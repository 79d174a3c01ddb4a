/// oneDNN's matmul primitive, by the interface of version 2 (Debian 12) or 3 (Debian 13).
#pragma once

#include <dnnl.hpp>

namespace weft::dense {

/// The primitive that computes out = a times b for these memory layouts. Throws dnnl::error.
inline dnnl::matmul make_matmul(const dnnl::memory::desc& a, const dnnl::memory::desc& b, const dnnl::memory::desc& out,
                                const dnnl::engine& engine) {
#if DNNL_VERSION_MAJOR >= 3
  return dnnl::matmul(dnnl::matmul::primitive_desc(engine, a, b, out));
#else
  return dnnl::matmul(dnnl::matmul::primitive_desc(dnnl::matmul::desc(a, b, out), engine));
#endif
}

}  // namespace weft::dense
