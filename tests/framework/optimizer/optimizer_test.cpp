#include <cornu/framework/optimizer/optimizer.hpp>

#include <doctest/doctest.h>

#include <cmath>

#include <cornu/framework/weights/constraints.hpp>
#include <cornu/optim/adam.hpp>
#include <cornu/optim/rmsprop.hpp>
#include <cornu/optim/schedules/exponential_decay.hpp>
#include <cornu/optim/sgd.hpp>

#include "tests/support/optimizer_run.hpp"
#include "tests/support/throws.hpp"
#include "tests/support/with_common.hpp"

using namespace cornu;
using optim::Adam, optim::RMSprop, optim::SGD, testing::check_run, testing::message_of;

namespace {

Variable variable(std::initializer_list<float> values, const char* name = "w") {
  return Variable(Tensor(values), {.name = name});
}
std::vector<float> values_of(const Variable& v) { return v.peek().to_vector<float>(); }
using Values = std::vector<float>;

std::vector<std::string> names_of(const optim::Optimizer& optimizer) {
  std::vector<std::string> names;
  for (const Variable& each : optimizer.variables()) names.push_back(each.name());
  return names;
}
using Names = std::vector<std::string>;

struct SignDescent final : optim::ElementwiseOptimizer<SignDescent> {
  SignDescent() : ElementwiseOptimizer("SignDescent", "sign", {.learning_rate = 0.5}, {}) {}
  std::string_view class_name() const override { return "SignDescent"; }
  template <class T>
  void update_elements(const optim::Elements<T>& e) const {
    for (std::size_t i = 0; e.gradient && i < e.size; ++i)
      e.value[i] -= static_cast<T>(rate * ((e.gradient[i] > 0) - (e.gradient[i] < 0)));
  }
  void begin(const optim::Step& step) override { rate = step.learning_rate; }
  double rate = 0;
};

}  // namespace

TEST_CASE("Optimizer: the shared options as Keras, under SGD with momentum and Adam") {
  const testing::Fixture fixture("optimizers_all");
  const auto check = [&](const std::string& run, const optim::CommonOptions& c) {
    SGD sgd(testing::with_common(optim::SGDOptions{.learning_rate = 0.1, .momentum = 0.9}, c));
    check_run(fixture, "sgd_" + run, sgd, 4e-6);
    Adam adam(testing::with_common(optim::AdamOptions{.learning_rate = 0.1}, c));
    check_run(fixture, "adam_" + run, adam, 7e-6);  // Keras corrects the bias in float32
  };
  check("weight_decay", {.weight_decay = 0.25});
  check("clipnorm", {.clipnorm = 0.5});
  check("global_clipnorm", {.global_clipnorm = 0.5});
  check("clipvalue", {.clipvalue = 0.25});
  check("ema", {.use_ema = true, .ema_momentum = 0.9});
  check("ema_overwrite", {.use_ema = true, .ema_momentum = 0.9, .ema_overwrite_frequency = 5});
  check("accumulation", {.gradient_accumulation_steps = 4});
  check("loss_scale", {.loss_scale_factor = 8.0});
  check("everything", {.weight_decay = 0.25,
                       .global_clipnorm = 0.5,
                       .use_ema = true,
                       .ema_momentum = 0.9,
                       .ema_overwrite_frequency = 5,
                       .loss_scale_factor = 0.5,
                       .gradient_accumulation_steps = 4});
}

TEST_CASE("Optimizer: with a schedule as Keras, also where gradients accumulate") {
  const testing::Fixture fixture("optimizers_all");
  const optim::schedules::ExponentialDecay schedule(0.1, 10, 0.5);
  SGD sgd({.learning_rate = schedule});
  check_run(fixture, "sgd_schedule", sgd, 1e-6);
  Adam adam({.learning_rate = schedule, .weight_decay = 0.25, .gradient_accumulation_steps = 4});
  check_run(fixture, "adam_schedule_accumulation", adam, 7e-6);
}

TEST_CASE("Optimizer: a tensor read before an update keeps its elements") {
  const Variable w = variable({1, 2});
  const Tensor before = w.value();
  SGD optimizer({.learning_rate = 1});
  optimizer.apply({{Tensor({1.F, 1.F}), w}});
  CHECK(before.to_vector<float>() == Values{1, 2});
  CHECK(values_of(w) == Values{0, 1});
}

TEST_CASE("Optimizer: what it remembers is named and ordered as in Keras files") {
  const Variable kernel = variable({1, 2}, "kernel"), bias = variable({3}, "bias");
  const Variable* const both[] = {&kernel, &bias};

  RMSprop rmsprop({.momentum = 0.9, .centered = true});
  CHECK(names_of(rmsprop) == Names{"iteration", "learning_rate"});
  rmsprop.build(both);
  CHECK(names_of(rmsprop) == Names{"iteration", "learning_rate", "kernel_velocity", "bias_velocity", "kernel_momentum",
                                   "bias_momentum", "kernel_average_gradient", "bias_average_gradient"});
  Adam adam({.amsgrad = true, .use_ema = true, .gradient_accumulation_steps = 2});
  adam.build(both);
  CHECK(names_of(adam) == Names{"iteration", "learning_rate", "kernel_average", "bias_average",
                                "kernel_gradient_accumulator", "bias_gradient_accumulator", "kernel_momentum",
                                "kernel_velocity", "bias_momentum", "bias_velocity", "kernel_velocity_hat",
                                "bias_velocity_hat"});
  CHECK(adam.variables()[0].dtype() == int64);
  CHECK(adam.variables()[1].dtype() == float32);
}

TEST_CASE("Optimizer: the rate that is restored is float64 once all that it has slots for is") {
  const Variable a(Tensor({1.0}).astype(float64), {.name = "a"}), b(Tensor({1.F}), {.name = "b"});
  const Variable* const wide[] = {&a};
  const Variable* const mixed[] = {&a, &b};
  SGD exact({.learning_rate = 0.1}), rounded({.learning_rate = 0.1}), without({.learning_rate = 0.1});
  exact.build(wide);
  rounded.build(mixed);
  without.build({});
  CHECK(exact.variables()[1].dtype() == float64);
  CHECK(exact.learning_rate() == static_cast<double>(0.1F));
  exact.variables()[1].assign(Tensor::full({}, 0.1, float64));
  CHECK(exact.learning_rate() == 0.1);
  exact.set_learning_rate(0.25);
  CHECK(exact.learning_rate() == 0.25);
  CHECK(rounded.variables()[1].dtype() == float32);
  CHECK(without.variables()[1].dtype() == float32);
}

TEST_CASE("Optimizer: assigning to what it remembers restores a run to the bit") {
  const Tensor gradient({0.3F, -0.7F});
  const Variable w = variable({1, 2}), copy = variable({0, 0});
  Adam first, second;
  first.apply({{gradient, w}});
  const Variable* const pointer = &copy;
  second.build({&pointer, 1});
  for (std::size_t i = 0; i < first.variables().size(); ++i) second.variables()[i].assign(first.variables()[i].value());
  Variable(copy).assign(w.value());
  for (int step = 0; step < 5; ++step) {
    first.apply({{gradient, w}});
    second.apply({{gradient, copy}});
  }
  CHECK(values_of(w) == values_of(copy));
  CHECK(second.iterations() == 6);
}

TEST_CASE("Optimizer: the learning rate is a float32 that may change between updates") {
  const Variable w = variable({1});
  SGD optimizer({.learning_rate = 0.1});
  CHECK(optimizer.learning_rate() == static_cast<double>(0.1F));
  optimizer.set_learning_rate(0.5);
  optimizer.apply({{Tensor({1.F}), w}});
  CHECK(values_of(w) == Values{0.5F});
  CHECK(message_of<ValueError>([&] { optimizer.set_learning_rate(-0.5); }) ==
        "[LearningRate] not a learning rate; got -0.5; expected a finite number from 0 on");
  CHECK(optimizer.learning_rate() == 0.5);
}

TEST_CASE("Optimizer: accumulated gradients are averaged, and count as one update") {
  const Variable w = variable({1});
  SGD optimizer({.learning_rate = 1, .gradient_accumulation_steps = 2});
  optimizer.apply({{Tensor({0.25F}), w}});
  CHECK(values_of(w) == Values{1});
  CHECK(optimizer.iterations() == 0);
  optimizer.apply({{Tensor({0.75F}), w}});
  CHECK(values_of(w) == Values{0.5F});
  CHECK(optimizer.iterations() == 1);
}

// Keras 3.15.1 on JAX: four batches of a weight 1 on the loss w²
TEST_CASE(
    "Optimizer: under accumulation Adam corrects its bias by updates, and the iteration that files have counts "
    "batches") {
  const Variable w = variable({1});
  Adam adam({.learning_rate = 0.1, .gradient_accumulation_steps = 2});
  for (int batch = 0; batch < 4; ++batch) adam.apply({{w.value() * 2, w}});
  CHECK(w.peek().item<float>() == doctest::Approx(0.80041414));
  CHECK(adam.iterations() == 2);
  CHECK(adam.variables()[0].peek().item<std::int64_t>() == 4);
}

TEST_CASE("Optimizer: clipnorm is that of the mean of the accumulated gradients") {
  const auto after = [](const Tensor& first, const Tensor& second) {
    const Variable w(Tensor::zeros(first.shape()), {.name = "w"});
    optim::SGD sgd({.learning_rate = 1, .clipnorm = 1, .gradient_accumulation_steps = 2});
    sgd.apply({{first, w}});
    sgd.apply({{second, w}});
    return w.value();
  };
  CHECK(after(Tensor({1.F}), Tensor({0.F})).item<float>() == -0.5F);
  CHECK(ops::all_close(after(Tensor({6.F, 0.F}), Tensor({0.F, 8.F})), Tensor({-0.6F, -0.8F}), 1e-6, 0));
}

TEST_CASE("Optimizer: gradients shorter than the limit of their norm stay as they are") {
  const auto after = [](SGD optimizer) {
    const Variable w = variable({1, 1});
    optimizer.apply({{Tensor({3.F, 4.F}), w}});
    return values_of(w);
  };
  CHECK(after(SGD({.learning_rate = 1, .clipnorm = 5})) == Values{-2, -3});
  CHECK(after(SGD({.learning_rate = 1, .clipnorm = 10})) == Values{-2, -3});
  CHECK(after(SGD({.learning_rate = 1, .global_clipnorm = 10})) == Values{-2, -3});
  CHECK(after(SGD({.learning_rate = 1, .global_clipnorm = 2.5})) == Values{-0.5F, -1});
}

// Keras: scale = clip_norm · min(1 / norm, 1 / clip_norm) + (norm − norm)
TEST_CASE("Optimizer: under global_clipnorm one gradient that is not finite makes all weights NaN") {
  for (const float bad : {INFINITY, NAN}) {
    const Variable a = variable({1, 1}, "a"), b = variable({1}, "b");
    SGD optimizer({.learning_rate = 1, .global_clipnorm = 1});
    optimizer.apply({{Tensor({bad, 1.F}), a}, {Tensor({1.F}), b}});
    CHECK(ops::all(ops::is_nan(a.peek())).item<bool>());
    CHECK(ops::all(ops::is_nan(b.peek())).item<bool>());
  }
}

TEST_CASE("Optimizer: a variable without a gradient stays, or takes a zero one where asked") {
  const Variable w = variable({1}), unused = variable({4}, "unused");
  const Gradient gradients[] = {Tensor({1.F}), Gradient()};
  const Variable* const variables[] = {&w, &unused};
  SGD optimizer({.learning_rate = 1, .weight_decay = 0.5});
  optimizer.apply(gradients, variables);
  CHECK(values_of(unused) == Values{4});
  optimizer.apply(gradients, variables, {.missing_is_zero = true});
  CHECK(values_of(unused) == Values{2});  // decay alone
}

TEST_CASE("Optimizer: a frozen variable without a gradient is left alone and remembered by nothing") {
  Variable w = variable({1}), frozen = variable({4}, "frozen");
  frozen.set_trainable(false);
  const Gradient gradients[] = {Tensor({1.F}), Gradient()};
  const Variable* const variables[] = {&w, &frozen};
  Adam optimizer({.weight_decay = 0.5});
  optimizer.apply(gradients, variables, {.missing_is_zero = true});
  CHECK(values_of(frozen) == Values{4});
  CHECK(names_of(optimizer) == Names{"iteration", "learning_rate", "w_momentum", "w_velocity"});
}

TEST_CASE("Optimizer: constraints come last") {
  const Variable w = variable({1, 1});
  w.body().weight.constraint = Handle<constraints::Constraint>("non_neg").shared();
  SGD optimizer({.learning_rate = 1});
  optimizer.apply({{Tensor({3.F, 0.5F}), w}});
  CHECK(values_of(w) == Values{0, 0.5F});
}

TEST_CASE("Optimizer: averages replace the weights that are trained, and not those that are frozen") {
  Variable w = variable({1}), frozen = variable({1}, "frozen");
  frozen.set_trainable(false);
  SGD optimizer({.learning_rate = 1, .use_ema = true, .ema_momentum = 0.5, .ema_overwrite_frequency = 1});
  for (int step = 0; step < 2; ++step) optimizer.apply({{Tensor({1.F}), w}, {Tensor({1.F}), frozen}});
  CHECK(values_of(w) == Values{-0.5F});  // 1, 0, −1, whose averages are 0 and −0.5
  CHECK(values_of(frozen) == Values{-1});
}

TEST_CASE("Optimizer: averages are of the weights before their constraint, as in Keras") {
  const Variable w = variable({1});
  w.body().weight.constraint = Handle<constraints::Constraint>("non_neg").shared();
  SGD optimizer({.learning_rate = 1, .use_ema = true, .ema_momentum = 0.5});
  const auto average = [&] { return values_of(optimizer.variables()[2]); };
  optimizer.apply({{Tensor({3.F}), w}});
  REQUIRE(names_of(optimizer)[2] == "w_average");
  CHECK(values_of(w) == Values{0});
  CHECK(average() == Values{-2});
  optimizer.apply({{Tensor({4.F}), w}});
  CHECK(values_of(w) == Values{0});
  CHECK(average() == Values{-3});
}

TEST_CASE("Optimizer: a scaled loss gives the same update") {
  const SGD optimizer({.loss_scale_factor = 8.0});
  CHECK(optimizer.scale_loss(Tensor(0.5F)).item<float>() == 4);
}

TEST_CASE("Optimizer: variables of no elements and of rank 0") {
  const Variable none(Tensor::zeros({0, 3}), {.name = "none"}), scalar(Tensor(2.F), {.name = "scalar"});
  SGD optimizer({.learning_rate = 1, .momentum = 0.5, .weight_decay = 0.25, .clipnorm = 1});
  optimizer.apply({{Tensor::zeros({0, 3}), none}, {Tensor(3.F), scalar}});
  CHECK(scalar.peek().item<float>() == 0.5F);  // 2 − 2·0.25 − 1
}

TEST_CASE("Optimizer: a user's own rule") {
  const Variable w = variable({1, 1});
  Handle<optim::Optimizer> optimizer = SignDescent();
  optimizer->apply({{Tensor({7.F, -0.1F}), w}});
  CHECK(values_of(w) == Values{0.5F, 1.5F});
}

TEST_CASE("Optimizer: names and learning rates are Keras's, in upper or lower case") {
  for (const char* name : {"Adadelta", "Adafactor", "Adagrad", "Adam", "Adamax", "AdamW", "Ftrl", "Lamb", "Lion",
                           "Muon", "Nadam", "RMSprop", "ScheduleFreeAdamW", "SGD"}) {
    const Handle<optim::Optimizer> optimizer(name);
    CHECK(optimizer->class_name() == name);
    const std::string_view given(name);
    CHECK(optimizer->learning_rate() == static_cast<float>(given == "SGD"                 ? 0.01
                                                           : given == "ScheduleFreeAdamW" ? 0.0025
                                                                                          : 0.001));
  }
  CHECK(Handle<optim::Optimizer>("schedulefreeadamw")->name() == "schedule_free_adam_w");
  CHECK(Handle<optim::Optimizer>("Adam")->name() == "adam");
  CHECK(Adam({.name = "mine"}).name() == "mine");
  CHECK(message_of<ValueError>([] { Handle<optim::Optimizer>("adma"); }) ==
        "[optimizer] unknown optimizer; got 'adma'; expected one of adadelta, adafactor, adagrad, adam, adamax, adamw, "
        "ftrl, lamb, lion, muon, nadam, rmsprop, schedulefreeadamw, sgd; pass an object for any other; did you mean "
        "'adam'?");
}

TEST_CASE("Optimizer: options out of range") {
  const auto refused = [](optim::SGDOptions options) { return message_of<ValueError>([&] { SGD{options}; }); };
  CHECK(refused({.weight_decay = -1}) == "[SGD] weight_decay is out of range; got -1; expected a number from 0 on");
  CHECK(refused({.clipnorm = 0}) == "[SGD] clipnorm is out of range; got 0; expected a positive number");
  CHECK(refused({.ema_momentum = 2}) == "[SGD] ema_momentum is out of range; got 2; expected 0 … 1");
  CHECK(refused({.ema_overwrite_frequency = 0}) ==
        "[SGD] ema_overwrite_frequency is too small; got 0; expected 1 or more");
  CHECK(refused({.gradient_accumulation_steps = 1}) ==
        "[SGD] gradient_accumulation_steps is too small; got 1; expected 2 or more");
  CHECK(refused({.clipnorm = 1, .clipvalue = 1}) ==
        "[SGD] more than one way of clipping; expected one of clipnorm, clipvalue and global_clipnorm");
}

TEST_CASE("Optimizer: an update that cannot be done changes nothing") {
  const Variable w = variable({1, 2}), table(Tensor::ones({3, 2}), {.name = "table"});
  const Variable ids(Tensor({1, 2}), {.name = "ids"});
  Adam optimizer;
  optimizer.apply({{Tensor({1.F, 1.F}), w}});
  const Values before = values_of(w);
  const Values momentum = values_of(optimizer.variables()[2]);
  const Gradient good = Tensor({1.F, 1.F});
  const auto rows = [](Tensor row_ids) { return Gradient(Rows{row_ids, Tensor::ones({row_ids.size(), 2}), {3, 2}}); };

  CHECK(message_of<ShapeError>([&] {
          optimizer.apply({{good, w}, {Tensor({1.F}), table}});
        }) == "[Adam] the gradient has another shape than variable 'table'; got (1,); expected (3, 2)");
  CHECK(message_of<ValueError>([&] {
          optimizer.apply({{Tensor({1., 1.}, float64), w}});
        }) == "[Adam] the gradient has another dtype than variable 'w'; got float64; expected float32");
  CHECK(message_of<ValueError>([&] {
          optimizer.apply({{good, w}, {good, ids}});
        }) == "[Adam] cannot update variable 'ids'; got dtype int32; expected float32 or float64");
  CHECK(message_of<ValueError>([&] {
          optimizer.apply({{good, w}, {good, w}});
        }) == "[Adam] variable 'w' is listed twice; add its gradients up");
  CHECK(message_of<ValueError>([&] {
          optimizer.apply({{Gradient(), w}});
        }) ==
        "[Adam] no gradient for any variable; got empty ones; compute the loss from the variables by ops, while the "
        "tape lives: item(), astype() and with_shape() are no ops");
  CHECK(message_of<IndexError>([&] {
          optimizer.apply({{good, w}, {rows(Tensor({0, 3})), table}});
        }) == "[Optimizer::apply] a gradient row outside the table; got id 3 at 1; expected 0 … 2");
  CHECK(message_of<ValueError>([&] {
          optimizer.apply({{good, w}, {rows(Tensor({2, 0, 2})), table}});
        }) ==
        "[Optimizer::apply] a row of the gradient occurs twice; got id 2; expected every id once; use Rows::sum_by_id");
  CHECK(message_of<ShapeError>([&] {
          optimizer.apply({{good, w}, {Rows{Tensor({0, 2}), Tensor::ones({1, 2}), {3, 2}}, table}});
        }) == "[Adam] the gradient's rows do not fit variable 'table'; got (1, 2) for 2 ids; expected rows of (2,)");
  const Variable* const both[] = {&w, &table};
  CHECK(message_of<ShapeError>([&] {
          optimizer.apply({&good, 1}, both);
        }) == "[Adam] not a gradient a variable; got 1 gradients; expected 2");

  CHECK(values_of(w) == before);
  CHECK(values_of(optimizer.variables()[2]) == momentum);
  CHECK(optimizer.iterations() == 1);
  CHECK(names_of(optimizer) == Names{"iteration", "learning_rate", "w_momentum", "w_velocity"});
}
