#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <vector>

#include <cornu/framework/rule/update_history.hpp>

using namespace cornu;
using optim::Series, optim::MissedUpdates, optim::UpdateHistory;

namespace {

// What since() stands for, term by term.
struct Reference {
  std::vector<double> scales, decays;

  double lost(std::size_t stamp) const {
    double kept = 1;
    for (std::size_t i = stamp; i < decays.size(); ++i) kept *= 1 - decays[i];
    return 1 - kept;
  }
  template <class C>
  double sum(std::size_t stamp, C coefficient) const {
    double total = 0;
    for (std::size_t i = stamp; i < scales.size(); ++i)
      total = total * (1 - decays[i]) + scales[i] * coefficient(i - stamp + 1);
    return total;
  }

  // Their running averages.
  double average_kept(std::size_t stamp, double momentum) const {
    double kept = 1, average = 0;
    for (std::size_t i = stamp; i < decays.size(); ++i) {
      kept *= 1 - decays[i];
      average = momentum * average + (1 - momentum) * kept;
    }
    return average;
  }
  template <class C>
  double average_sum(std::size_t stamp, double momentum, C coefficient) const {
    double total = 0, average = 0;
    for (std::size_t i = stamp; i < scales.size(); ++i) {
      total = total * (1 - decays[i]) + scales[i] * coefficient(i - stamp + 1);
      average = momentum * average + (1 - momentum) * total;
    }
    return average;
  }
};

struct Run {
  UpdateHistory history;
  Reference reference;

  Run(Series series, std::size_t rows, int updates, double weight_decay = 0,
      std::optional<double> average_momentum = {})
      : history(std::move(series), rows, average_momentum) {
    for (int t = 1; t <= updates; ++t) add(0.01 / (1 + t % 7), weight_decay);
  }
  void add(double rate, double weight_decay) {
    history.add({rate, rate, weight_decay * rate});
    reference.scales.push_back(rate);
    reference.decays.push_back(weight_decay * rate);
  }
};

Series halves() {
  Series series{.terms = 2};
  for (int j = 1; j <= 100; ++j) {
    series.coefficients.push_back(std::pow(0.5, j));
    series.coefficients.push_back(std::pow(0.5, j) * j);
  }
  return series;
}

void check(const Run& run, UpdateHistory::Stamp stamp) {
  CAPTURE(stamp);
  std::array<double, 8> buffer;
  const MissedUpdates missed = run.history.since(stamp, buffer);
  const auto half = [](std::size_t j) { return std::pow(0.5, static_cast<double>(j)); };
  CHECK(missed.count == run.history.now() - stamp);
  CHECK(missed.lost == doctest::Approx(run.reference.lost(stamp)).epsilon(1e-11));
  REQUIRE(missed.sums.size() == 2);
  CHECK(missed.sums[0] == doctest::Approx(run.reference.sum(stamp, half)).epsilon(1e-11));
  const auto half_times_j = [&](std::size_t j) { return half(j) * static_cast<double>(j); };
  CHECK(missed.sums[1] == doctest::Approx(run.reference.sum(stamp, half_times_j)).epsilon(1e-11));
}

}  // namespace

TEST_CASE("UpdateHistory: the sums over the updates since any stamp, with weight decay and without") {
  for (const double weight_decay : {0.0, 0.5})
    for (const int updates : {1, 2, 99, 100, 101, 255, 256, 700}) {
      const Run run(halves(), 5, updates, weight_decay);
      CHECK(run.history.now() == static_cast<UpdateHistory::Stamp>(updates));
      for (const int age : {1, 2, 3, 99, 100, 101, 255, 256, 699})
        if (age <= updates && updates - age < 256) check(run, static_cast<UpdateHistory::Stamp>(updates - age));
    }
}

TEST_CASE("UpdateHistory: an endless series goes on for rows of any age") {
  for (const double weight_decay : {0.0, 0.5}) {
    const Run run(Series{.terms = 1, .endless = true}, 5, 900, weight_decay);
    std::array<double, 8> buffer;
    for (const UpdateHistory::Stamp stamp : {0U, 1U, 255U, 850U, 899U}) {
      if (stamp > 0 && stamp < 800) continue;  // no row has that stamp
      const MissedUpdates missed = run.history.since(stamp, buffer);
      CHECK(missed.sums[0] ==
            doctest::Approx(run.reference.sum(stamp, [](std::size_t) { return 1.0; })).epsilon(1e-10));
    }
  }
}

TEST_CASE("UpdateHistory: what no row needs any more is forgotten, the rest is kept") {
  Run run(halves(), 2, 10);
  run.history.restamp(0, 10, 1);
  for (int t = 0; t < 1000; ++t) run.add(0.01, 0);
  check(run, 0);
  check(run, 10);
  run.history.restamp(10, run.history.now(), 1);
  check(run, 0);
  run.history.restamp_all();
  for (int t = 0; t < 300; ++t) run.add(0.02, 0);
  check(run, 1010);
}

TEST_CASE("UpdateHistory: an update that takes a value whole leaves nothing of what was before") {
  Run run(halves(), 1, 3);
  run.history.add({0.1, 0.1, 1});
  run.history.restamp_all();
  run.history.add({0.1, 0.1, 0.25});
  std::array<double, 8> buffer;
  CHECK(run.history.since(4, buffer).lost == 0.25);
  for (int t = 0; t < 300; ++t) run.history.add({0.1, 0.1, 0.01});
  CHECK(run.history.since(4, buffer).lost == doctest::Approx(1 - 0.75 * std::pow(0.99, 300)).epsilon(1e-12));
}

TEST_CASE("UpdateHistory: the averages of what it counts, for rows of any age, with weight decay and without") {
  const auto check_average = [](double got, double expected) {
    CHECK(got == doctest::Approx(expected).epsilon(1e-10));
  };
  for (const double weight_decay : {0.0, 0.5})
    for (const double momentum : {0.0, 0.9, 0.99, 1.0})
      for (const bool endless : {false, true}) {
        CAPTURE(weight_decay);
        CAPTURE(momentum);
        CAPTURE(endless);
        const Series series = endless ? Series{.terms = 1, .endless = true} : halves();
        const Run run(series, 5, 900, weight_decay, momentum);
        const auto coefficient = [endless](std::size_t j) {
          return endless ? 1 : std::pow(0.5, static_cast<double>(j));
        };
        std::array<double, 8> buffer;
        for (const UpdateHistory::Stamp stamp : {0U, 1U, 100U, 255U, 850U, 899U}) {
          CAPTURE(stamp);
          const MissedUpdates missed = run.history.since(stamp, buffer);
          CHECK(missed.lost == doctest::Approx(run.reference.lost(stamp)).epsilon(1e-10));
          check_average(missed.kept_on_average, run.reference.average_kept(stamp, momentum));
          check_average(missed.average_sums[0], run.reference.average_sum(stamp, momentum, coefficient));
          CHECK(missed.averaged().count == missed.count);
          CHECK(missed.averaged().lost == 1 - missed.kept_on_average);
        }
      }
}
