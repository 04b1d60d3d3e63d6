#include <cornu/framework/kernels/attention.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include <cornu/framework/kernels/table.hpp>

using namespace cornu::kernels;

namespace {

// Everything that attention of two heads reads and writes.
template <class T>
struct Memory {
  explicit Memory(const AttentionExtents& extents)
      : e(extents),
        query(numbers(e.queries, e.heads * e.key_dim, 37)),
        key(numbers(e.keys, e.key_dim, 53)),
        value(numbers(e.keys, e.value_dim, 41)),
        d_out(numbers(e.queries, e.heads * e.value_dim, 29)),
        out(d_out),
        d_query(query),
        d_key(key),
        d_value(value),
        largest(numbers(e.heads, e.queries, 1)),
        inverse_sum(largest),
        scratch(numbers(1, attention_scratch(e), 1)),
        allowed(new bool[static_cast<std::size_t>(e.heads * e.queries * e.keys)]) {
    for (std::size_t i = 0; i < static_cast<std::size_t>(e.heads * e.queries * e.keys); ++i) allowed[i] = i % 7 < 4;
  }

  static std::vector<T> numbers(std::int64_t rows, std::int64_t columns, std::size_t factor) {
    std::vector<T> all(static_cast<std::size_t>(rows * columns));
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<T>(i * factor % 101) / 32 - T(1.5);
    return all;
  }
  template <class To>
  HeadVectors<To> vectors(std::vector<T>& data, std::int64_t heads, std::int64_t dim) const {
    return {data.data(), heads * dim, dim};
  }

  void run(Build build, bool is_masked) {
    AttentionOf<T> of{.extents = e,
                      .end_tile = e.heads * attention_tiles(e),
                      .query = vectors<const T>(query, e.heads, e.key_dim),
                      .key = vectors<const T>(key, 1, e.key_dim),
                      .value = vectors<const T>(value, 1, e.value_dim),
                      .scale = T(0.5),
                      .largest = largest.data(),
                      .inverse_sum = inverse_sum.data(),
                      .scratch = scratch.data()};
    if (is_masked) of.allowed = {allowed.get(), e.queries * e.keys, e.keys};
    table_of<AttentionKernels<T>>(build).attention(of, vectors<T>(out, e.heads, e.value_dim));
    table_of<AttentionGradientKernels<T>>(build).attention_gradient(
        of, {.out = vectors<const T>(out, e.heads, e.value_dim),
             .d_out = vectors<const T>(d_out, e.heads, e.value_dim),
             .d_query = vectors<T>(d_query, e.heads, e.key_dim),
             .d_key = vectors<T>(d_key, 1, e.key_dim),
             .d_value = vectors<T>(d_value, 1, e.value_dim)});
  }

  AttentionExtents e;
  std::vector<T> query, key, value, d_out, out, d_query, d_key, d_value, largest, inverse_sum, scratch;
  std::unique_ptr<bool[]> allowed;
};

// NaN wins.
double larger(double a, double b) { return b > a || b != b ? b : a; }

template <class T>
void check_close(const std::vector<T>& got, const std::vector<double>& expected, double tolerance) {
  double worst = 0;
  for (std::size_t i = 0; i < got.size(); ++i)
    worst = larger(worst, std::abs(static_cast<double>(got[i]) - expected[i]) / (10 + std::abs(expected[i])));
  CHECK(worst < tolerance);
}

template <class T>
void check_builds(const AttentionExtents& extents, double tolerance) {
  for (const bool is_masked : {false, true}) {
    Memory<double> exact(extents);
    exact.run(Build::baseline, is_masked);
    for (const Build build : supported_builds()) {
      CAPTURE(std::string(name_of(build)));
      Memory<T> memory(extents);
      memory.run(build, is_masked);
      check_close(memory.out, exact.out, tolerance);
      check_close(memory.d_query, exact.d_query, tolerance);
      check_close(memory.d_key, exact.d_key, tolerance);
      check_close(memory.d_value, exact.d_value, tolerance);
    }
  }
}

}  // namespace

TEST_CASE("attention kernels: every build gives what float64 gives, whatever the extents") {
  for (const std::int64_t dim : {1, 5, 16, 24, 33}) {
    check_builds<float>({.heads = 2, .queries = 9, .keys = 21, .key_dim = dim, .value_dim = 34 - dim}, 1e-5);
    check_builds<double>({.heads = 2, .queries = 9, .keys = 21, .key_dim = dim, .value_dim = 34 - dim}, 1e-13);
  }
  check_builds<float>(
      {.heads = 2, .queries = attention_queries + 3, .keys = 2 * attention_keys + 1, .key_dim = 8, .value_dim = 8},
      2e-5);
}
