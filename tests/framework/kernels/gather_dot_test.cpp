#include <cornu/framework/kernels/gather_dot.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <type_traits>
#include <vector>

#include <cornu/framework/kernels/table.hpp>
#include <cornu/framework/kernels/thin.hpp>

using namespace cornu::kernels;

namespace {

constexpr std::int64_t rows = 9;

template <class T>
std::vector<T> numbers(std::int64_t size, std::size_t factor) {
  std::vector<T> all(static_cast<std::size_t>(size));
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<T>(i * factor % 101) / 32 - T(1.5);
  return all;
}

// Products and sums of one width, as the kernels give them.
template <class T>
struct Results {
  Results(const GatherDotKernels<T>& kernels, std::int64_t batch, std::int64_t count, std::int64_t width)
      : products(static_cast<std::size_t>(batch * count)),
        of_picked(static_cast<std::size_t>(batch * width), T(7)),
        by_place(static_cast<std::size_t>(batch * count * width), T(7)) {
    std::vector<std::int32_t> ids, places;
    for (std::int64_t i = 0; i < batch * count; ++i) ids.push_back(static_cast<std::int32_t>(i * i % rows));
    std::vector<std::int32_t> place_of(rows, -1);
    for (const std::int32_t id : ids) {
      std::int32_t& place = place_of[static_cast<std::size_t>(id)];
      if (place < 0) place = distinct++;
      places.push_back(place);
    }
    const auto table = numbers<T>(rows * width, 37), x = numbers<T>(batch * width, 53),
               factors = numbers<T>(batch * count, 29);
    const Picks by_id{ids.data(), batch, count, width}, places_of_ids{places.data(), batch, count, width};
    kernels.products(table.data(), by_id, x.data(), products.data());
    kernels.sums_of_picked(table.data(), by_id, factors.data(), of_picked.data());
    kernels.sums_by_place(x.data(), places_of_ids, {places_of_ids.width, 0, places_of_ids.width}, factors.data(),
                          by_place.data());
    by_place.resize(static_cast<std::size_t>(distinct * width));

    exact_products.assign(products.size(), 0);
    exact_of_picked.assign(of_picked.size(), 0);
    exact_by_place.assign(by_place.size(), 0);
    for (std::int64_t i = 0; i < batch * count; ++i)
      for (std::int64_t j = 0; j < width; ++j) {
        const auto at = [&](std::int64_t row) { return static_cast<std::size_t>(row * width + j); };
        const auto pick = static_cast<std::size_t>(i);
        const auto row = static_cast<double>(table[at(ids[pick])]), vector = static_cast<double>(x[at(i / count)]);
        exact_products[pick] += row * vector;
        exact_of_picked[at(i / count)] += static_cast<double>(factors[pick]) * row;
        exact_by_place[at(places[pick])] += static_cast<double>(factors[pick]) * vector;
      }
  }

  std::int32_t distinct = 0;
  std::vector<T> products, of_picked, by_place;
  std::vector<double> exact_products, exact_of_picked, exact_by_place;
};

template <class T>
bool close(const std::vector<T>& got, const std::vector<double>& expected) {
  const double tolerance = std::is_same_v<T, float> ? 1e-4 : 1e-12;
  for (std::size_t i = 0; i < got.size(); ++i)
    if (!(std::abs(static_cast<double>(got[i]) - expected[i]) <= tolerance)) return false;
  return got.size() == expected.size();
}

template <class T>
void check_builds() {
  for (const Build build : supported_builds())
    for (std::int64_t width = 0; width < 70; ++width)
      for (const std::int64_t count : {0, 1, 4, 6}) {
        CAPTURE(width);
        CAPTURE(count);
        const Results<T> results(table_of<GatherDotKernels<T>>(build), 5, count, width);
        CHECK(close(results.products, results.exact_products));
        CHECK(close(results.of_picked, results.exact_of_picked));
        CHECK(close(results.by_place, results.exact_by_place));
      }
}

}  // namespace

TEST_CASE("gather_dot kernels: rows of every width, in every build") {
  check_builds<float>();
  check_builds<double>();
}

TEST_CASE("gather_dot kernels: a product does not depend on what stands beside it") {
  for (const Build build : supported_builds()) {
    const auto& kernels = table_of<GatherDotKernels<float>>(build);
    const std::int64_t width = 100;
    const auto table = numbers<float>(rows * width, 37), x = numbers<float>(width, 53);
    const std::int32_t ids[] = {3, 1, 3, 4, 1, 5, 3};
    float together[7], alone;
    kernels.products(table.data(), {ids, 1, 7, width}, x.data(), together);
    for (std::size_t i = 0; i < 7; ++i) {
      kernels.products(table.data(), {ids + i, 1, 1, width}, x.data(), &alone);
      CHECK(together[i] == alone);
    }
  }
}

TEST_CASE("thin kernels: a matrix times a vector, rows of every length, in every build") {
  for (const Build build : supported_builds())
    for (std::int64_t width = 0; width < 70; ++width) {
      const auto matrix = numbers<double>(3 * width, 37), x = numbers<double>(width, 53);
      std::vector<double> y{1, 2, 3}, expected{1, 2, 3};
      table_of<ThinKernels<double>>(build).by_column(matrix.data(), x.data(), 3, width, true, y.data());
      for (std::size_t i = 0; i < matrix.size(); ++i) expected[i / x.size()] += matrix[i] * x[i % x.size()];
      CHECK(close(y, expected));
    }
}
