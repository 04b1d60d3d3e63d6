#include <doctest/doctest.h>

#include <cornu/optim/sgd.hpp>

#include "tests/support/throws.hpp"

using namespace cornu;
using optim::SGD, testing::message_of;

TEST_CASE("Optimizer: weight decay spares the variables that are excluded, by themselves or by their names") {
  using Values = std::vector<float>;
  const Variable kernel(Tensor({1.F}), {.name = "kernel"}), bias(Tensor({1.F}), {.name = "bias"});
  const Variable gamma(Tensor({1.F}), {.name = "gamma_2"});
  const Tensor zero({0.F});
  const auto after = [&](SGD& optimizer) {
    for (const Variable& each : {kernel, bias, gamma}) Variable(each).assign(Tensor({1.F}));
    optimizer.apply({{zero, kernel}, {zero, bias}, {zero, gamma}});
    return Values{kernel.peek().item<float>(), bias.peek().item<float>(), gamma.peek().item<float>()};
  };
  const optim::SGDOptions options{.learning_rate = 1, .weight_decay = 0.5};
  SGD everything(options), by_variable(options), by_name(options), by_pattern(options), twice(options);
  by_variable.exclude_from_weight_decay({bias});
  by_name.exclude_from_weight_decay({kernel}, {"bias", "amm"});
  by_pattern.exclude_from_weight_decay({}, {"^b|_2$"});
  twice.exclude_from_weight_decay({kernel}, {"bias"});
  twice.exclude_from_weight_decay({gamma});
  CHECK(after(everything) == Values{0.5F, 0.5F, 0.5F});
  CHECK(after(by_variable) == Values{0.5F, 1, 0.5F});
  CHECK(after(by_name) == Values{1, 1, 1});
  CHECK(after(by_pattern) == Values{0.5F, 1, 1});
  CHECK(after(twice) == Values{0.5F, 0.5F, 1});

  CHECK(message_of<StateError>([&] { by_name.exclude_from_weight_decay({}, {"bias"}); }) ==
        "[SGD] exclude_from_weight_decay comes too late; the optimizer has its slots; call it before the first update");
  SGD fresh(options);
  CHECK(message_of<ValueError>([&] { fresh.exclude_from_weight_decay({}, {"bias("}); }) ==
        "[SGD] no regular expression: a '(' without its ')'; got 'bias('; expected part of a name, or a pattern such "
        "as 'bias|gamma$'");
}
