#include <cornu/framework/ops/recurrence.hpp>

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <cmath>
#include <tuple>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/checks/check_gradients.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/ops/run_cell.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/support/with_threads.hpp"

using namespace cornu;
using ops::CellKind;
using ops::Recurrence;
using ops::recurrence;
using ops::recurrence_of_ops;
using ops::RecurrenceOptions;

namespace {

constexpr CellKind kinds[] = {CellKind::simple_rnn, CellKind::lstm, CellKind::gru};

constexpr std::int64_t features = 3;

// inputs, kernel, bias, recurrent kernel, recurrent bias, h, c
std::vector<Tensor> inputs_for(CellKind kind, std::int64_t steps, std::int64_t batch, std::int64_t units,
                               DType dtype = float64) {
  const std::int64_t gates = units * (kind == CellKind::lstm ? 4 : kind == CellKind::gru ? 3 : 1);
  random::set_seed(7);
  return {random::normal({steps, batch, features}, 0, 1, dtype),
          random::normal({features, gates}, 0, 0.5, dtype),
          random::normal({gates}, 0, 0.5, dtype),
          random::normal({units, gates}, 0, 0.7, dtype),
          kind == CellKind::gru ? random::normal({gates}, 0, 0.5, dtype) : Tensor::zeros({0}, dtype),
          random::normal({batch, units}, 0, 0.5, dtype),
          random::normal({kind == CellKind::lstm ? batch : 0, units}, 0, 0.5, dtype)};
}

Recurrence joined(const std::vector<Tensor>& x, const std::optional<Tensor>& mask = {}) {
  return {.inputs = x[0],
          .kernel = x[1],
          .bias = x[2],
          .recurrent_kernel = x[3],
          .recurrent_bias = x[4],
          .h = x[5],
          .c = x[6],
          .mask = mask};
}

// (steps, batch): before, after, in the middle, the whole row, nothing
Tensor five_masks() {
  return Tensor({{false, true, true, false, true},
                 {false, true, false, false, true},
                 {true, true, false, false, true},
                 {true, false, true, false, true}});
}

std::vector<RecurrenceOptions> all_options() {
  std::vector<RecurrenceOptions> all;
  for (const bool sequences : {false, true})
    for (const bool state : {false, true})
      for (const bool zero : {false, true}) all.push_back({sequences, state, zero});
  return all;
}

// The gradients of Σ y · weights with respect to each input; empty ones as zeros.
template <class F>
std::vector<Tensor> gradients_of(F function, const std::vector<Tensor>& x) {
  GradientTape tape({.persistent = true});
  for (const Tensor& input : x) tape.watch(input);
  const Tensor y = function(x);
  const Tensor target = ops::sum(y * random::normal(y.shape(), 0, 1, y.dtype(), random::Generator(3)));
  std::vector<Tensor> all;
  for (const Tensor& input : x) {
    const Gradient gradient = tape.gradient(target, input);
    all.push_back(gradient.empty() ? Tensor::zeros(input.shape(), input.dtype()) : gradient.to_dense());
  }
  return all;
}

void check_like_ops(CellKind kind, const std::vector<Tensor>& x, const std::optional<Tensor>& mask, double tolerance) {
  for (const RecurrenceOptions options : all_options()) {
    INFO("kind ", static_cast<int>(kind), ", sequences ", options.return_sequences, ", state ", options.return_state,
         ", zero ", options.zero_output_for_mask);
    const auto fused = [&](const auto& in) { return recurrence(kind, joined(in, mask), options); };
    const auto plain = [&](const auto& in) { return recurrence_of_ops(kind, joined(in, mask), options); };
    CHECK(ops::all_close(fused(x), plain(x), tolerance, tolerance));
    const std::vector<Tensor> got = gradients_of(fused, x), expected = gradients_of(plain, x);
    for (std::size_t i = 0; i < x.size(); ++i) {
      INFO("input ", i, ": got ", to_string(got[i]), ", expected ", to_string(expected[i]));
      CHECK(ops::all_close(got[i], expected[i], 10 * tolerance, 10 * tolerance));
    }
  }
}

}  // namespace

TEST_CASE("recurrence: values and gradients are those of its plain form") {
  for (const CellKind kind : kinds) {
    check_like_ops(kind, inputs_for(kind, 4, 5, 3), std::nullopt, 1e-13);
    check_like_ops(kind, inputs_for(kind, 4, 5, 3), five_masks(), 1e-13);
    check_like_ops(kind, inputs_for(kind, 4, 5, 37, float32), five_masks(), 5e-6);
  }
}

TEST_CASE("recurrence: steps at which no sample counts, before, between and after others") {
  for (const auto& steps : {std::vector{0}, {5}, {0, 1, 3, 5}, {0, 1, 2, 3, 4, 5}})
    for (const CellKind kind : kinds)
      for (const std::int64_t batch : {1, 5, 40}) {
        Tensor counts = Tensor::full({6, batch}, true, boolean);
        for (const int step : steps) std::fill_n(counts.mutable_data<bool>() + step * batch, batch, false);
        check_like_ops(kind, inputs_for(kind, 6, batch, 3), counts, 1e-13);
      }
}

namespace {

// (steps, batch): the first steps of each sample, or the last ones; all lengths from 0 to `steps` in turn.
Tensor mask_of_lengths(std::int64_t steps, std::int64_t batch, bool at_the_end) {
  Tensor mask = Tensor::uninitialized({steps, batch}, boolean);
  bool* counts = mask.mutable_data<bool>();
  for (std::int64_t t = 0; t < steps; ++t)
    for (std::int64_t b = 0; b < batch; ++b) {
      const std::int64_t length = (5 * b + 3) % (steps + 1);
      *counts++ = at_the_end ? t >= steps - length : t < length;
    }
  return mask;
}

}  // namespace

TEST_CASE("recurrence: sequences of several lengths in a batch, padded before or after, in one piece or in several") {
  for (const CellKind kind : kinds)
    for (const bool at_the_end : {false, true})
      for (const std::int64_t batch : {2, 7, 40}) {
        CAPTURE(batch);
        const Tensor mask = mask_of_lengths(6, batch, at_the_end);
        check_like_ops(kind, inputs_for(kind, 6, batch, 3), mask, 1e-13);
        std::vector<Tensor> x = inputs_for(kind, 6, batch, 20, float32);
        x[3] = x[3] * 0.3;  // so that what is rounded does not grow from step to step
        check_like_ops(kind, x, mask, 5e-6);
        const testing::WithPieceScale small(1e-3);
        check_like_ops(kind, x, mask, 5e-6);
      }
}

TEST_CASE("recurrence: each sample lacks a step, others another one") {
  for (const CellKind kind : kinds)
    for (const std::int64_t batch : {2, 7, 40}) {
      Tensor mask = Tensor::full({6, batch}, true, boolean);
      for (std::int64_t b = 0; b < batch; ++b) mask.mutable_data<bool>()[b % 6 * batch + b] = false;
      check_like_ops(kind, inputs_for(kind, 6, batch, 3), mask, 1e-13);
    }
}

TEST_CASE("recurrence: the bits of a sample do not depend on the lengths of others") {
  for (const CellKind kind : kinds) {
    const std::vector<Tensor> x = inputs_for(kind, 6, 40, 20, float32);
    const RecurrenceOptions options{.return_sequences = true, .return_state = true};
    const Tensor mask = mask_of_lengths(6, 40, false), whole = recurrence(kind, joined(x), options);
    const Tensor some = recurrence(kind, joined(x, mask), options);
    for (std::int64_t t = 0; t < 6; ++t)
      for (std::int64_t b = 0; b < 40; ++b)
        if (mask.at<bool>(t, b))
          CHECK(ops::array_equal(
              ops::slice(ops::slice(some, 0, {.start = t, .stop = t + 1}), 1, {.start = b, .stop = b + 1}),
              ops::slice(ops::slice(whole, 0, {.start = t, .stop = t + 1}), 1, {.start = b, .stop = b + 1})));
  }
}

TEST_CASE("recurrence: the same bits on any number of threads, in large pieces and small ones") {
  for (const CellKind kind : kinds)
    for (const auto& [steps, batch, masked] : {std::tuple{6, 37, false}, {6, 37, true}, {9, 5, false}, {9, 5, true}}) {
      const std::vector<Tensor> x = inputs_for(kind, steps, batch, 20, float32);
      const auto mask = masked ? std::optional(ops::less(random::uniform({steps, batch}, 0, 1), 0.7)) : std::nullopt;
      const auto values_and_gradients = [&](std::int64_t threads, double scale) {
        const testing::WithThreads number(threads);
        const testing::WithPieceScale pieces(scale);
        const auto run = [&](const auto& in) {
          return recurrence(kind, joined(in, mask), {.return_sequences = true, .return_state = true});
        };
        std::vector<Tensor> all = gradients_of(run, x);
        all.push_back(run(x));
        return all;
      };
      const std::vector<Tensor> expected = values_and_gradients(1, 1);
      for (const std::int64_t threads : testing::thread_counts)
        for (const double scale : {1., 0.1, 1e-3, 1e-6}) {
          CAPTURE(threads);
          CAPTURE(scale);
          const std::vector<Tensor> got = values_and_gradients(threads, scale);
          for (std::size_t i = 0; i < got.size(); ++i) {
            CAPTURE(i);
            CHECK(ops::array_equal(got[i], expected[i]));
          }
        }
    }
}

TEST_CASE("recurrence: gates that are open or closed as far as can be") {
  for (const CellKind kind : kinds) {
    std::vector<Tensor> x = inputs_for(kind, 4, 5, 20, float32);
    x[2] = x[2] * 1000;
    check_like_ops(kind, x, std::nullopt, 5e-6);
  }
}

TEST_CASE("recurrence: one step, no step, one sample and an empty batch") {
  for (const CellKind kind : kinds)
    for (const auto& [steps, batch] : {std::pair{1, 3}, {0, 3}, {3, 1}, {1, 1}, {2, 0}, {0, 0}}) {
      check_like_ops(kind, inputs_for(kind, steps, batch, 2), std::nullopt, 1e-13);
      check_like_ops(kind, inputs_for(kind, steps, batch, 2), Tensor::zeros({steps, batch}, boolean), 1e-13);
    }
}

TEST_CASE("recurrence: gradients agree with central differences") {
  for (const CellKind kind : kinds)
    for (const auto& mask : {std::optional<Tensor>(), std::optional(five_masks())}) {
      const auto report = check_gradients(
          [&](const std::vector<Tensor>& x) {
            return recurrence(kind, joined(x, mask), {.return_sequences = true, .return_state = true});
          },
          inputs_for(kind, 4, 5, 2));
      CHECK_MESSAGE(report.ok(), report.where);
    }
}

TEST_CASE("recurrence: can be differentiated twice") {
  for (const CellKind kind : kinds) {
    const auto slope = [&](const std::vector<Tensor>& x) {  // Σ (d Σ y² / d inputs)², of the inner tape
      GradientTape inner;
      inner.watch(x[0]);
      const Tensor y = recurrence(kind, joined(x, five_masks()), {.return_sequences = true});
      return ops::sum(ops::square(inner.gradient(ops::sum(ops::square(y)), x[0]).to_dense()));
    };
    const auto report = check_gradients(slope, inputs_for(kind, 4, 5, 2));
    CHECK_MESSAGE(report.ok(1e-6), report.where);
  }
}

TEST_CASE("recurrence: one tensor as both states gets the gradients of both") {
  std::vector<Tensor> x = inputs_for(CellKind::lstm, 2, 3, 2);
  const auto twice = [&](const Tensor& state) {
    return recurrence(CellKind::lstm, joined({x[0], x[1], x[2], x[3], x[4], state, state}), {});
  };
  const auto report = check_gradients(twice, {x[5]});
  CHECK_MESSAGE(report.ok(), report.where);
  const auto slope = [&](const Tensor& state) {
    GradientTape inner;
    inner.watch(state);
    return ops::sum(ops::square(inner.gradient(ops::sum(ops::square(twice(state))), state).to_dense()));
  };
  const auto second = check_gradients(slope, {x[5]});
  CHECK_MESSAGE(second.ok(1e-6), second.where);
}

TEST_CASE("recurrence: without states to begin with they are zeros") {
  for (const CellKind kind : kinds) {
    const std::vector<Tensor> x = inputs_for(kind, 3, 2, 2);
    Recurrence none = joined(x);
    none.h = none.c = Tensor();
    Recurrence zeros = joined(x);
    zeros.h = zeros.c = Tensor::zeros({2, 2}, float64);
    CHECK(ops::array_equal(recurrence(kind, none), recurrence(kind, zeros)));
    CHECK(ops::all_close(recurrence(kind, none), recurrence_of_ops(kind, none), 1e-13, 1e-13));
  }
}

TEST_CASE("recurrence: one step of each cell, worked out by hand") {
  const auto sigmoid = [](double x) { return 1 / (1 + std::exp(-x)); };
  const Tensor h({{0.5}}), c({{-0.25}});
  const Recurrence simple{
      .inputs = Tensor({{{2.}}}), .kernel = Tensor({{0.1}}), .recurrent_kernel = Tensor({{0.6}}), .h = h};
  CHECK(recurrence(CellKind::simple_rnn, simple).item<double>() == doctest::Approx(std::tanh(0.2 + 0.5 * 0.6)));

  const Recurrence lstm{.inputs = Tensor({{{2.}}}),
                        .kernel = Tensor({{0.05, 0.1, 0.1, 0.15}}),
                        .bias = Tensor({0., 0., 0.1, 0.1}),
                        .recurrent_kernel = Tensor({{1., 2., 3., 4.}}),
                        .h = h,
                        .c = c};
  const double carry = sigmoid(0.2 + 1) * -0.25 + sigmoid(0.1 + 0.5) * std::tanh(0.3 + 1.5);
  const Tensor states = recurrence(CellKind::lstm, lstm, {.return_state = true});
  CHECK(states.at<double>(0, 0, 0) == doctest::Approx(sigmoid(0.4 + 2) * std::tanh(carry)));
  CHECK(states.at<double>(1, 0, 0) == states.at<double>(0, 0, 0));
  CHECK(states.at<double>(2, 0, 0) == doctest::Approx(carry));

  const Recurrence gru{.inputs = Tensor({{{1.}}}),
                       .kernel = Tensor({{0.1, 0.2, 0.3}}),
                       .recurrent_kernel = Tensor({{1., 2., 3.}}),
                       .recurrent_bias = Tensor({0.01, 0.02, 0.03}),
                       .h = h};
  const double z = sigmoid(0.1 + 0.51), r = sigmoid(0.2 + 1.02), g = std::tanh(0.3 + r * 1.53);
  CHECK(recurrence(CellKind::gru, gru).item<double>() == doctest::Approx(z * 0.5 + (1 - z) * g));
}

TEST_CASE("run_cell: steps outside the mask keep states and output, or give 0") {
  const auto sums = [](const List<Tensor>& x) { return List<Tensor>{x[0] * 10, x[1] + x[0]}; };
  const Tensor x({{{1.f}}, {{2.f}}, {{3.f}}, {{4.f}}}), mask({{false}, {true}, {false}, {true}});
  const ops::Sequence sequence{x, mask, {Tensor({{7.f}}), Tensor({{100.f}})}};
  const List<Tensor> kept = ops::run_cell(sums, sequence, {.return_sequences = true});
  CHECK(ops::array_equal(kept[0], Tensor({{{7.f}}, {{20.f}}, {{20.f}}, {{40.f}}})));
  CHECK(kept[1].item<float>() == 106);
  const List<Tensor> cut = ops::run_cell(sums, sequence, {.return_sequences = true, .zero_output_for_mask = true});
  CHECK(ops::array_equal(cut[0], Tensor({{{0.f}}, {{20.f}}, {{0.f}}, {{40.f}}})));
  CHECK(ops::run_cell(sums, sequence, {})[0].item<float>() == 40);
}

TEST_CASE("unstack: gives back the parts, and takes their gradients") {
  const Tensor x = random::normal({5, 2, 3}, 0, 1, float64);
  const Tensors parts = ops::unstack(x);
  REQUIRE(parts.size() == 5);
  for (std::int64_t i = 0; i < 5; ++i)
    CHECK(ops::array_equal(parts[static_cast<std::size_t>(i)], ops::select(x, 0, i)));
  CHECK(ops::unstack(Tensor::zeros({0, 2})).empty());
  const auto report = check_gradients([](const Tensor& t) { return ops::unstack(t)[1] * ops::unstack(t)[4]; }, {x});
  CHECK_MESSAGE(report.ok(), report.where);
}

TEST_CASE("exchange_leading: swaps two axes, one of them backwards if asked") {
  const Tensor x = random::normal({2, 3, 4}, 0, 1, float64);
  const Tensor swapped = ops::transpose(x, {1, 0, 2});
  CHECK(ops::array_equal(ops::exchange_leading(x), swapped));
  CHECK(ops::array_equal(ops::exchange_leading(x, ops::Reversed::second), ops::flip(swapped, 0)));
  CHECK(ops::array_equal(ops::exchange_leading(x, ops::Reversed::first), ops::flip(swapped, 1)));
  CHECK(ops::array_equal(ops::exchange_leading(Tensor({{true, false}})), Tensor({{true}, {false}})));
  CHECK(ops::exchange_leading(Tensor::zeros({0, 3}), ops::Reversed::first).shape() == Shape{3, 0});
  CHECK(ops::exchange_leading(Tensor::symbolic({None, 3, 4})).shape() == Shape{3, None, 4});
  for (const auto reversed : {ops::Reversed::none, ops::Reversed::first, ops::Reversed::second}) {
    const auto report = check_gradients([&](const Tensor& t) { return ops::exchange_leading(t, reversed); }, {x});
    CHECK_MESSAGE(report.ok(), report.where);
  }
}
