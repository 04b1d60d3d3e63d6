// Proof that training an Embedding is training a Dense without bias on one-hot inputs: whole runs of both, from the
// same weights, end in the same weights, for every optimizer with masks, regularizers, constraints and clipping.
#include <doctest/doctest.h>

#include <functional>
#include <limits>

#include <cornu/cornu.hpp>

using namespace cornu;
using layers::Dense;
using layers::Embedding;
using layers::GlobalAveragePooling1D;

namespace {

constexpr std::int64_t words = 9, features = 3, steps = 50, batch = 4, length = 6;

struct Clipping {
  const char* name;
  std::optional<double> clipnorm = {}, clipvalue = {}, global_clipnorm = {};
};

template <class Optimizer, class Options>
std::function<Handle<optim::Optimizer>(const Clipping&)> with(Options options) {
  return [options](const Clipping& clipping) {
    Options clipped = options;
    clipped.clipnorm = clipping.clipnorm;
    clipped.clipvalue = clipping.clipvalue;
    clipped.global_clipnorm = clipping.global_clipnorm;
    return Handle<optim::Optimizer>(Optimizer(clipped));
  };
}

struct NamedOptimizer {
  const char* name;
  std::function<Handle<optim::Optimizer>(const Clipping&)> make;
};
using namespace optim;
const NamedOptimizer optimizers[] = {
    {"SGD", with<SGD>(SGDOptions{.learning_rate = 0.25})},
    {"SGD momentum", with<SGD>(SGDOptions{.learning_rate = 0.1, .momentum = 0.75})},
    {"SGD nesterov", with<SGD>(SGDOptions{.learning_rate = 0.1, .momentum = 0.75, .nesterov = true})},
    {"SGD weight_decay", with<SGD>(SGDOptions{.learning_rate = 0.25, .weight_decay = 0.125})},
    {"RMSprop", with<RMSprop>(RMSpropOptions{.learning_rate = 0.02})},
    {"RMSprop momentum", with<RMSprop>(RMSpropOptions{.learning_rate = 0.01, .momentum = 0.5})},
    {"RMSprop centered", with<RMSprop>(RMSpropOptions{.learning_rate = 0.02, .epsilon = 1e-4, .centered = true})},
    {"Adam", with<Adam>(AdamOptions{.learning_rate = 0.02})},
    {"Adam amsgrad", with<Adam>(AdamOptions{.learning_rate = 0.02, .amsgrad = true})},
    {"Adam use_ema", with<Adam>(AdamOptions{.learning_rate = 0.02, .use_ema = true, .ema_momentum = 0.9})},
    {"Adam accumulating", with<Adam>(AdamOptions{.learning_rate = 0.02, .gradient_accumulation_steps = 3})},
};
// Of these, pairs of everything else.
const NamedOptimizer more_optimizers[] = {
    {"AdamW", with<AdamW>(AdamWOptions{.learning_rate = 0.02, .weight_decay = 0.125})},
    {"AdamW amsgrad", with<AdamW>(AdamWOptions{.learning_rate = 0.02, .amsgrad = true, .use_ema = true})},
    {"Adagrad", with<Adagrad>(AdagradOptions{.learning_rate = 0.1})},
    {"Adadelta", with<Adadelta>(AdadeltaOptions{.learning_rate = 1, .rho = 0.8, .epsilon = 1e-4})},
    {"Adamax", with<Adamax>(AdamaxOptions{.learning_rate = 0.02})},
    {"Nadam", with<Nadam>(NadamOptions{.learning_rate = 0.02})},
    {"Nadam accumulating", with<Nadam>(NadamOptions{.learning_rate = 0.02, .gradient_accumulation_steps = 3})},
    {"Ftrl", with<Ftrl>(FtrlOptions{.learning_rate = 0.1})},
    {"Ftrl regularized", with<Ftrl>(FtrlOptions{.learning_rate = 0.1,
                                                .learning_rate_power = -0.7,
                                                .l1_regularization_strength = 0.001,
                                                .l2_regularization_strength = 0.1,
                                                .l2_shrinkage_regularization_strength = 0.01,
                                                .beta = 0.5})},
    {"Lion", with<Lion>(LionOptions{.learning_rate = 0.01, .weight_decay = 0.125})},
    {"Lamb", with<Lamb>(LambOptions{.learning_rate = 0.02})},
    {"Adafactor", with<Adafactor>(AdafactorOptions{.learning_rate = 0.05})},
    {"Muon", with<Muon>(MuonOptions{.learning_rate = 0.02, .exclude_embeddings = false})},
    {"Muon's Adam", with<Muon>(MuonOptions{.learning_rate = 0.02, .exclude_layers = {"embedding", "dense"}})},
    {"ScheduleFreeAdamW", with<ScheduleFreeAdamW>(ScheduleFreeAdamWOptions{.learning_rate = 0.02, .warmup_steps = 5})},
    {"SGD scheduled", with<SGD>(SGDOptions{.learning_rate = schedules::CosineDecay(0.25, 40), .momentum = 0.5})},
};
const Clipping clippings[] = {
    {"not clipped"}, {"clipnorm", 0.125}, {"clipvalue", {}, 0.03125}, {"global_clipnorm", {}, {}, 0.125}};

struct NamedRegularizer {
  const char* name;
  Handle<regularizers::Regularizer> regularizer;
};
const NamedRegularizer all_regularizers[] = {{"no regularizer", {}},
                                             {"l1", regularizers::L1(0.01)},
                                             {"l2", regularizers::L2(0.01)},
                                             {"l1_l2", regularizers::L1L2({.l1 = 0.01, .l2 = 0.01})}};

struct NamedConstraint {
  const char* name;
  Handle<constraints::Constraint> constraint;
};
const NamedConstraint all_constraints[] = {
    {"no constraint", {}},
    {"non_neg", "non_neg"},
    {"unit_norm", "unit_norm"},
    {"max_norm", constraints::MaxNorm(0.5)},
    {"min_max_norm", constraints::MinMaxNorm({.min_value = 0.5, .max_value = 0.75, .rate = 0.5, .axis = 1})}};

struct Case {
  const NamedOptimizer& optimizer;
  bool mask_zero;
  const NamedRegularizer& regularizer;
  const NamedConstraint& constraint;
  const Clipping& clipping;

  std::string name() const {
    return fmt::format("{}, mask_zero {}, {}, {}, {}", optimizer.name, mask_zero, regularizer.name, constraint.name,
                       clipping.name);
  }
};

std::vector<Case> all_cases() {
  std::vector<Case> cases;
  for (const auto& optimizer : optimizers)
    for (const bool mask_zero : {false, true})
      for (const auto& regularizer : all_regularizers)
        for (const auto& constraint : all_constraints)
          for (const auto& clipping : clippings)
            cases.push_back({optimizer, mask_zero, regularizer, constraint, clipping});
  return cases;
}

// 20 cases an optimizer, among which any two choices of two kinds meet.
std::vector<Case> cases_of_pairs() {
  std::vector<Case> cases;
  for (const auto& optimizer : more_optimizers)
    for (std::size_t c = 0; c < std::size(all_constraints); ++c)
      for (std::size_t r = 0; r < std::size(all_regularizers); ++r)
        cases.push_back({optimizer, (c + r / 2) % 2 == 1, all_regularizers[r], all_constraints[c],
                         clippings[(c + r) % std::size(clippings)]});
  return cases;
}

// The mask that Embedding(mask_zero) makes of ids, made of their one-hot rows: false where the 1 stands first.
class MaskFirst final : public Layer<MaskFirst> {
 public:
  explicit MaskFirst(LayerOptions options) : Layer(std::move(options)) { supports_masking_ = true; }
  Tensor call(const Tensor& input) override { return input; }
  Mask compute_mask(const Tensor& input, const Mask&) const override {
    return ops::not_equal(ops::select(input, -1, 0), 1);
  }
};

Sequential with_embedding(const Case& c, DType dtype) {
  return Sequential{Embedding(words, features,
                              {.embeddings_regularizer = c.regularizer.regularizer,
                               .embeddings_constraint = c.constraint.constraint,
                               .mask_zero = c.mask_zero,
                               .dtype = dtype})};
}

Sequential with_one_hot(const Case& c, DType dtype) {
  Sequential model;
  if (c.mask_zero) model.add(MaskFirst({.dtype = dtype}));
  model.add(Dense(features, {.use_bias = false,
                             .kernel_regularizer = c.regularizer.regularizer,
                             .kernel_constraint = c.constraint.constraint,
                             .dtype = dtype}));
  return model;
}

// Ids with many repeats in each batch, padding, and two words that never occur.
struct Data {
  Tensor ids, y;
  std::vector<Tensor> weights;
};
const Data& data() {
  static const Data made = [] {
    random::set_seed(11);
    return Data{
        random::randint({steps * batch, length}, 0, words - 2),
        random::uniform({steps * batch, 1}, -1, 1, float64),
        {random::uniform({words, features}, -0.5, 0.5, float64), random::normal({features, 2}, 0, 0.7, float64),
         random::normal({2}, 0, 0.1, float64), random::normal({2, 1}, 0, 0.7, float64), Tensor({0.1}, float64)}};
  }();
  return made;
}

std::vector<Tensor> trained(Sequential model, const Tensor& x, const Case& c, DType dtype) {
  model.add(GlobalAveragePooling1D({.dtype = dtype}));
  model.add(Dense(2, {.activation = "tanh", .dtype = dtype}));
  model.add(Dense(1, {.dtype = dtype}));
  model.build(x.shape());
  model.set_weights(data().weights);
  model.compile(c.optimizer.make(c.clipping), "mse");
  model.fit(x, data().y.astype(dtype), {.batch_size = batch, .verbose = 0, .shuffle = false});
  return model.get_weights();
}

using Weights = std::vector<Tensor>;

Weights trained_by_rows(const Case& c, DType dtype) { return trained(with_embedding(c, dtype), data().ids, c, dtype); }
Weights trained_by_one_hot(const Case& c, DType dtype) {
  return trained(with_one_hot(c, dtype), ops::one_hot(data().ids, words, dtype), c, dtype);
}

// The largest difference over all weights, and the largest weight.
struct Comparison {
  double difference = 0, largest = 0, moved = 0;
};
Comparison compare(const Weights& some, const Weights& others) {
  REQUIRE(some.size() == others.size());
  const auto largest_of = [](const Tensor& t) { return ops::max(ops::abs(t)).item<double>(); };
  Comparison result;
  for (std::size_t i = 0; i < some.size(); ++i) {
    const Tensor a = some[i].astype(float64), b = others[i].astype(float64);
    result.difference = std::max(result.difference, largest_of(a - b));
    result.largest = std::max(result.largest, largest_of(b));
    if (!ops::all(ops::is_finite(a)).item<bool>()) result.difference = std::numeric_limits<double>::infinity();
  }
  result.moved = largest_of(some[0].astype(float64) - data().weights[0]);
  return result;
}
Comparison compare(const Case& c, DType dtype) {
  return compare(trained_by_rows(c, dtype), trained_by_one_hot(c, dtype));
}

// Training enlarges what rounding makes different: how much, the distance of the one-hot product from float64 says.
void check_in_float32(const Case& c) {
  INFO(c.name());
  const Weights rows = trained_by_rows(c, float32), one_hot = trained_by_one_hot(c, float32);
  const Weights exact = trained_by_one_hot(c, float64);
  const double rounding = compare(one_hot, exact).difference;
  const Comparison comparison = compare(rows, exact);
  CHECK(comparison.difference <= 2e-5 * comparison.largest + 2 * rounding);
}

}  // namespace

TEST_CASE("proof: 50 steps of an Embedding are 50 steps of the one-hot product, in float64 to 1e-9") {
  for (const auto& cases : {all_cases(), cases_of_pairs()})
    for (const Case& c : cases) {
      INFO(c.name());
      const Comparison comparison = compare(c, float64);
      CHECK(comparison.difference <= 1e-9);
      CHECK(comparison.moved > 1e-2);
    }
}

TEST_CASE("proof: 50 steps of an Embedding in float32 are as near to float64 as 50 steps of the one-hot product") {
  const std::vector<Case> cases = all_cases();
  for (std::size_t i = 0; i < cases.size(); i += 3)  // 3 divides none of the table's extents: every option occurs
    check_in_float32(cases[i]);
  for (const Case& c : cases_of_pairs()) check_in_float32(c);
}

TEST_CASE("proof: the same runs with other weights do differ") {
  const Case plain{optimizers[0], false, all_regularizers[0], all_constraints[0], clippings[0]};
  const Case masked{optimizers[0], true, all_regularizers[0], all_constraints[0], clippings[0]};
  const auto a = trained(with_embedding(plain, float64), data().ids, plain, float64);
  const auto b = trained(with_embedding(masked, float64), data().ids, masked, float64);
  CHECK(ops::max(ops::abs(a[0] - b[0])).item<double>() > 1e-3);
}
