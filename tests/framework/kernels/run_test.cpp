#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include <cornu/framework/kernels/deferred.hpp>
#include <cornu/framework/kernels/optimizers.hpp>
#include <cornu/framework/kernels/table.hpp>

using namespace cornu::kernels;

namespace {

constexpr std::int64_t table_rows = 60;

// Gradient, run, and the arrays that a rule writes: value, then slots.
template <class T>
using Rule = std::function<void(const T*, const Run&, std::vector<std::vector<T>>&)>;

template <class T>
struct NamedRule {
  std::string name;
  Rule<T> apply;
};

template <class T>
std::vector<NamedRule<T>> rules(Build build) {
  const auto& basic = table_of<OptimizerKernels<T>>(build);
  const auto& accumulators = table_of<AccumulatorKernels<T>>(build);
  const auto& moments = table_of<MomentKernels<T>>(build);
  const auto& deferred = table_of<DeferredKernels<T>>(build);
  const T rate = T(0.1), beta = T(0.9), rest = T(0.1), epsilon = T(1e-7);
  static constexpr double sums[] = {0.5, 0.25, 0.125, 0.0625, 0.03};
  const DeferredMoments<T> fading{T(0.01), T(0.9), epsilon, T(0.8), T(0.95), sums, 5};
  using Arrays = std::vector<std::vector<T>>;
  return {
      {"gradient_descent",
       [=](const T* g, const Run& run, Arrays& a) { basic.gradient_descent(rate, g, run, a[0].data()); }},
      {"momentum",
       [=](const T* g, const Run& run, Arrays& a) {
         basic.momentum({rate, beta, false}, g, run, a[0].data(), a[1].data());
       }},
      {"nesterov",
       [=](const T* g, const Run& run, Arrays& a) {
         basic.momentum({rate, beta, true}, g, run, a[0].data(), a[1].data());
       }},
      {"rmsprop",
       [=](const T* g, const Run& run, Arrays& a) {
         basic.rmsprop({rate, beta, rest, T(0), epsilon}, g, run, a[0].data(), a[1].data(), nullptr, nullptr);
       }},
      {"rmsprop, centered, with momentum",
       [=](const T* g, const Run& run, Arrays& a) {
         basic.rmsprop({rate, beta, rest, beta, T(3)}, g, run, a[0].data(), a[1].data(), a[2].data(), a[3].data());
       }},
      {"adam",
       [=](const T* g, const Run& run, Arrays& a) {
         basic.adam({rate, rest, rest, epsilon}, g, run, a[0].data(), a[1].data(), a[2].data(), nullptr);
       }},
      {"amsgrad",
       [=](const T* g, const Run& run, Arrays& a) {
         basic.adam({rate, rest, rest, epsilon}, g, run, a[0].data(), a[1].data(), a[2].data(), a[3].data());
       }},
      {"adagrad",
       [=](const T* g, const Run& run, Arrays& a) {
         accumulators.adagrad({rate, epsilon}, g, run, a[0].data(), a[1].data());
       }},
      {"adadelta",
       [=](const T* g, const Run& run, Arrays& a) {
         accumulators.adadelta({rate, beta, rest, epsilon}, g, run, a[0].data(), a[1].data(), a[2].data());
       }},
      {"ftrl",
       [=](const T* g, const Run& run, Arrays& a) {
         accumulators.ftrl({rate, T(0.5), T(0.1), T(0.1), T(0)}, g, run, a[0].data(), a[1].data(), a[2].data());
       }},
      {"adamax",
       [=](const T* g, const Run& run, Arrays& a) {
         moments.adamax({rate, rest, beta, epsilon}, g, run, a[0].data(), a[1].data(), a[2].data());
       }},
      {"nadam",
       [=](const T* g, const Run& run, Arrays& a) {
         moments.nadam({rate, rate, rest, rest, T(1), epsilon}, g, run, a[0].data(), a[1].data(), a[2].data());
       }},
      {"lion",
       [=](const T* g, const Run& run, Arrays& a) {
         moments.lion({rate, beta, rest, beta, rest}, g, run, a[0].data(), a[1].data());
       }},
      {"schedule_free",
       [=](const T* g, const Run& run, Arrays& a) {
         moments.schedule_free({rate, rest, T(1), epsilon, T(0.3), T(0.2)}, g, run, a[0].data(), a[1].data(),
                               a[2].data());
       }},
      {"deferred: scale", [=](const T*, const Run& run, Arrays& a) { deferred.scale(beta, run, a[0].data()); }},
      {"deferred: lose", [=](const T*, const Run& run, Arrays& a) { deferred.lose(rest, run, a[0].data()); }},
      {"deferred: momentum",
       [=](const T*, const Run& run, Arrays& a) {
         deferred.momentum({rest, rate, beta}, run, a[0].data(), a[1].data());
       }},
      {"deferred: moments", [=](const T*, const Run& run,
                                Arrays& a) { deferred.moments(fading, run, a[0].data(), a[1].data(), a[2].data()); }},
      {"deferred: moments of largest",
       [=](const T*, const Run& run, Arrays& a) {
         deferred.moments_of_largest(fading, run, a[0].data(), a[1].data(), a[2].data());
       }},
      {"deferred: moments over a constant",
       [=](const T*, const Run& run, Arrays& a) {
         deferred.moments_over_constant(fading, run, a[0].data(), a[1].data(), a[2].data(), a[3].data());
       }},
      {"deferred: sign",
       [=](const T*, const Run& run, Arrays& a) { deferred.sign(rest, rate, beta, run, a[0].data(), a[1].data()); }},
  };
}

template <class T>
std::vector<T> numbers(std::mt19937& engine, std::int64_t size, T smallest) {
  std::uniform_real_distribution<T> uniform(smallest, T(1));
  std::vector<T> all(static_cast<std::size_t>(size));
  for (T& x : all) x = uniform(engine);
  return all;
}

template <class T>
void check_rules(Build build, std::int64_t row_size, double decay) {
  std::mt19937 engine(5);
  std::vector<std::int32_t> rows(table_rows);
  std::iota(rows.begin(), rows.end(), 0);
  std::shuffle(rows.begin(), rows.end(), engine);
  rows.resize(table_rows / 2);
  const std::vector<T> gradient = numbers<T>(engine, std::ssize(rows) * row_size, T(-1));
  for (const NamedRule<T>& rule : rules<T>(build)) {
    CAPTURE(rule.name);
    std::vector<std::vector<T>> listed;
    for (int i = 0; i < 4; ++i) listed.push_back(numbers<T>(engine, table_rows * row_size, T(0.01)));
    auto one_by_one = listed;
    Run run(row_size, rows.data(), std::ssize(rows));
    run.decay = decay;
    rule.apply(gradient.data(), run, listed);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto first = static_cast<std::ptrdiff_t>(rows[i] * row_size);
      std::vector<std::vector<T>> row;
      for (const auto& array : one_by_one)
        row.emplace_back(array.begin() + first, array.begin() + first + static_cast<std::ptrdiff_t>(row_size));
      for (T& w : row[0]) w -= w * static_cast<T>(decay);
      rule.apply(gradient.data() + static_cast<std::ptrdiff_t>(i) * row_size, row_size, row);
      for (std::size_t a = 0; a < row.size(); ++a)
        std::copy(row[a].begin(), row[a].end(), one_by_one[a].begin() + first);
    }
    CHECK(listed == one_by_one);
  }
}

}  // namespace

TEST_CASE("rules: rows that lie apart get the bits that they get one by one, with weight decay too") {
  for (const Build build : supported_builds())
    for (const std::int64_t row_size : {1, 7, 16, 32, 48, 64, 100}) {
      CAPTURE(name_of(build));
      CAPTURE(row_size);
      for (const double decay : {0.0, 0.125}) {
        check_rules<float>(build, row_size, decay);
        check_rules<double>(build, row_size, decay);
      }
    }
}

TEST_CASE("rules: no rows listed change nothing") {
  const std::int32_t none = 0;
  for (const NamedRule<float>& rule : rules<float>(chosen_build())) {
    std::vector<std::vector<float>> arrays(4, std::vector<float>(16, 0.5F));
    const float gradient[16] = {};
    rule.apply(gradient, {16, &none, 0}, arrays);
    for (const auto& array : arrays) CHECK(array == std::vector<float>(16, 0.5F));
  }
}
