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
const Span3 spans[] = {{1, 1, 1},      {1, 100'000, 1}, {1, 131'075, 1}, {3, 70'001, 1}, {5000, 20, 1},
                       {1, 4'161, 33}, {1, 8'193, 16},  {1, 1'029, 256}, {1, 131, 700},  {1, 129, 1000},
                       {2, 260, 300},  {700, 3, 64},    {90, 1, 1'200},  {1, 2, 70'000}, {40'000, 4, 1}};

}  // namespace

TEST_CASE("reduce in pieces: what the kernel gives, to the bit, with any number of threads") {
  const Tensor x = random::normal({280'000});
  const auto& kernels = kernels::table<kernels::ReductionKernels<float>>();
  for (const Span3& span : spans) {
    check_span<float>(kernels.sum, x, span);
    check_span<float>(kernels.max, x, span);
  }
}

TEST_CASE("reduce in pieces: doubles and integers") {
  const Tensor x = random::uniform({280'000}, -1, 1);
  for (const Span3& span : spans) {
    check_span<double>(kernels::table<kernels::ReductionKernels<double>>().prod, x.astype(float64) + 1, span);
    check_span<std::int64_t>(kernels::table<kernels::ReductionKernels<std::int64_t>>().sum, (x * 1000).astype(int64),
                             span);
  }
}

TEST_CASE("reduce in pieces: a NaN anywhere is the maximum") {
  for (const std::int64_t place : {0, 40'000, 99'999}) {
    Tensor x = Tensor::zeros({100'000});
    x.mutable_data<float>()[place] = std::numeric_limits<float>::quiet_NaN();
    CHECK(ops::is_nan(ops::max(x)).item<bool>());
  }
}
