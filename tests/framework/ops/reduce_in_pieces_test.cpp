#include <cornu/framework/ops/reduce_in_pieces.hpp>

#include <doctest/doctest.h>

#include <cstring>
#include <vector>

#include <cornu/framework/kernels/table.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/support/with_threads.hpp"

using namespace cornu;
using kernels::Span3;

namespace {

template <class T>
bool same_bits(const std::vector<T>& a, const std::vector<T>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0;
}

template <class T>
void check_span(ops::ReductionKernel<T> kernel, const Tensor& x, const Span3& span) {
  CAPTURE(span.outer);
  CAPTURE(span.n);
  CAPTURE(span.inner);
  const auto size = static_cast<std::size_t>(span.outer * span.inner);
  std::vector<T> expected(size), y(size);
  kernel(x.data<T>(), span, expected.data());
  for (const std::int64_t threads : testing::thread_counts) {
    const testing::WithThreads with(threads);
    std::fill(y.begin(), y.end(), T());
    ops::reduce_in_pieces<T>(kernel, x.data<T>(), span, y.data());
    CHECK(same_bits(y, expected));
  }
}

// Few and many rows, sizes on both sides of what is cut, and odd ones that are halved unevenly.
const Span3 spans[] = {{1, 1, 1},       {1, 600'000, 1}, {1, 524'323, 1}, {2, 270'001, 1}, {15'000, 37, 1},
                       {1, 16'641, 33}, {1, 32'773, 16}, {1, 2'115, 256}, {1, 131, 4'000}, {1, 129, 4'100},
                       {2, 260, 1'030}, {3'000, 3, 64},  {500, 1, 1'200}, {1, 2, 270'000}, {140'000, 4, 1}};

}  // namespace

TEST_CASE("reduce in pieces: what the kernel gives, to the bit, with any number of threads") {
  const Tensor x = random::normal({600'000});
  const auto& kernels = kernels::table<kernels::ReductionKernels<float>>();
  for (const Span3& span : spans) {
    check_span<float>(kernels.sum, x, span);
    check_span<float>(kernels.max, x, span);
  }
}

TEST_CASE("reduce in pieces: doubles and integers") {
  const Tensor x = random::uniform({600'000}, -1, 1);
  for (const Span3& span : spans) {
    check_span<double>(kernels::table<kernels::ReductionKernels<double>>().prod, x.astype(float64) + 1, span);
    check_span<std::int64_t>(kernels::table<kernels::ReductionKernels<std::int64_t>>().sum, (x * 1000).astype(int64),
                             span);
  }
}

TEST_CASE("reduce in pieces: a NaN anywhere is the maximum") {
  for (const std::int64_t place : {0, 340'000, 599'999}) {
    Tensor x = Tensor::zeros({600'000});
    x.mutable_data<float>()[place] = std::numeric_limits<float>::quiet_NaN();
    CHECK(ops::is_nan(ops::max(x)).item<bool>());
  }
}
