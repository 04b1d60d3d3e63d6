#include <cornu/framework/check_layer.hpp>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>

#include <cornu/framework/layer_in_float64.hpp>
#include <cornu/framework/ops.hpp>
#include <cornu/framework/random.hpp>

namespace cornu {

std::string LayerReport::text() const { return fmt::format("{}", fmt::join(failures, "\n")); }

namespace {

constexpr std::uint64_t seed = 20240229;

// The first `samples` samples, from the start again when there are fewer.
Tensor with_batch(const Tensor& x, std::int64_t samples) {
  const std::int64_t given = x.dim(0);
  Tensor ids = Tensor::uninitialized({samples}, int64);
  for (std::int64_t i = 0; i < samples; ++i) ids.mutable_data<std::int64_t>()[i] = i % given;
  return ops::gather(x, ids);
}

bool fits(const Shape& known, const Shape& shape) {
  return known.rank() == shape.rank() &&
         std::equal(known.begin(), known.end(), shape.begin(), [](auto a, auto b) { return a == None || a == b; });
}

bool same(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), ops::array_equal);
}

bool all_finite(const Tensor& x) { return !is_floating(x.dtype()) || ops::all(ops::is_finite(x)).item<bool>(); }

class Checker {
 public:
  Checker(const LayerMaker& make, const Tensor& input, const LayerExpectations& expected)
      : make_(make), input_(input), expected_(expected) {}

  LayerReport run() {
    check("output shapes", [&] { check_shapes(); });
    check("weights", [&] { check_weights(); });
    check("set_weights", [&] { check_set_weights(); });
    check("masks", [&] { check_masks(); });
    check("gradients", [&] { check_gradients(); });
    check("a training step", [&] { check_training_step(); });
    check("freezing", [&] { check_freezing(); });
    check("set_seed", [&] { check_determinism(); });
    return std::move(report_);
  }

 private:
  template <class F>
  void check(const char* what, F f) {
    try {
      f();
    } catch (const Error& error) {
      expect(false, [&] { return fmt::format("{}: {}", what, error.what()); });
    }
  }

  // `failure()` says what is wrong unless `holds`.
  template <class F>
  void expect(bool holds, F failure) {
    ++report_.checked;
    if (!holds) report_.failures.push_back(failure());
  }

  // A new layer, everything random in it fixed.
  std::unique_ptr<LayerBase> make() const {
    random::set_seed(seed);
    return make_();
  }

  std::unique_ptr<LayerBase> built(const Tensor& input) const {
    auto layer = make();
    (*layer)(input);
    return layer;
  }

  void check_shapes() {
    check_shape(input_);
    if (input_.rank() == 0) return;
    for (const std::int64_t samples : {1, 3, 0}) check_shape(with_batch(input_, samples));
    if (!expected_.output_shape) return;
    const Shape shape = (*make())(input_).shape();
    expect(shape == *expected_.output_shape,
           [&] { return fmt::format("output shape: got {}; expected {}", shape, *expected_.output_shape); });
  }

  void check_shape(const Tensor& input) {
    const Tensor real = (*make())(input);
    check_symbolic(Tensor::symbolic(input.shape(), input.dtype()), real);
    if (input.rank() > 0) check_symbolic(Tensor::symbolic(input.shape().with(0, None), input.dtype()), real);
  }

  void check_symbolic(const Tensor& input, const Tensor& real) {
    const Tensor told = (*make())(input);
    expect(told.is_symbolic() && told.dtype() == real.dtype() && fits(told.shape(), real.shape()), [&] {
      return fmt::format("output shapes: a symbolic {} gives {} {}, the real one {} {}", input.shape(),
                         name_of(told.dtype()), told.shape(), name_of(real.dtype()), real.shape());
    });
  }

  void check_weights() {
    const auto layer = built(input_);
    std::vector<std::string> names;
    for (const Variable& weight : layer->weights()) names.push_back(weight.name());
    const auto& wanted = expected_.weight_names;
    expect(!wanted || names == *wanted,
           [&] { return fmt::format("weights: got {}; expected {}", names, wanted.value_or(names)); });
    expect(std::find(names.begin(), names.end(), "") == names.end(),
           [&] { return fmt::format("weights: got names {}; expected one for each", names); });
    expect(same(layer->get_weights(), built(Tensor::symbolic(input_.shape(), input_.dtype()))->get_weights()),
           [] { return "weights: a symbolic call makes others than a real one"; });
  }

  // Weights that no initializer made, so that what carries them over must really do so.
  std::vector<Tensor> other_weights(const LayerBase& layer) const {
    std::vector<Tensor> others;
    for (const Tensor& weight : layer.get_weights())
      others.push_back(is_floating(weight.dtype()) ? weight + random::uniform(weight.shape(), 0.1, 0.5, weight.dtype())
                                                   : weight);
    return others;
  }

  void check_set_weights() {
    const auto layer = built(input_), other = built(input_);
    const std::vector<Tensor> weights = other_weights(*layer);
    layer->set_weights(weights);
    expect(same(layer->get_weights(), weights), [] { return "set_weights: get_weights gives back other values"; });
    other->set_weights(weights);
    expect(ops::array_equal((*layer)(input_), (*other)(input_)),
           [] { return "set_weights: two layers with equal weights have different outputs"; });
    for (std::size_t i = 0; i < weights.size(); ++i) {
      std::vector<Tensor> wrong = weights;
      wrong[i] = ops::expand_dims(wrong[i], 0);
      check_refused(*layer, wrong);
    }
    std::vector<Tensor> too_many = weights;
    too_many.push_back(Tensor::zeros({1}));
    check_refused(*layer, too_many);
  }

  void check_refused(LayerBase& layer, const std::vector<Tensor>& wrong) {
    const std::vector<Tensor> before = layer.get_weights();
    bool refused = false;
    try {
      layer.set_weights(wrong);
    } catch (const Error&) {
      refused = true;
    }
    expect(refused, [] { return "set_weights: a wrong number or shape is not refused"; });
    expect(same(before, layer.get_weights()), [] { return "set_weights: refused, but the weights have changed"; });
  }

  std::optional<Shape> mask_shape() const {
    if (expected_.mask) return expected_.mask->shape();
    const bool has_steps = input_.rank() >= (is_floating(input_.dtype()) ? 3 : 2);
    return has_steps ? std::optional(input_.shape().slice(0, 2)) : std::nullopt;
  }

  void check_masks() {
    const auto shape = mask_shape();
    if (!shape) return;
    const auto layer = make();
    const Tensor everything = Tensor::ones(*shape, boolean);
    if (!layer->supports_masking()) return check_mask_refused(*layer, everything);
    const auto [unmasked, none] = layer->apply(input_, {});
    const auto [output, mask] = layer->apply(input_, {.mask = everything});
    const bool equal = ops::all_close(output, unmasked);
    expect(equal, [] { return "masks: a mask that is true everywhere changes the output"; });
    check_mask_passed(mask, output.shape());
    const auto nothing = layer->apply(input_, {.mask = Tensor::zeros(*shape, boolean)});
    expect(all_finite(nothing.first), [] { return "masks: samples that are masked whole give NaN or infinity"; });
    if (!expected_.mask) return;
    const auto given = layer->apply(input_, {.mask = *expected_.mask});
    check_mask_passed(given.second, given.first.shape());
  }

  void check_mask_refused(LayerBase& layer, const Tensor& mask) {
    bool refused = false;
    try {
      layer(input_, {.mask = mask});
    } catch (const StateError&) {
      refused = true;
    }
    expect(refused, [] { return "masks: not supported, but one is not refused"; });
  }

  void check_mask_passed(const Mask& mask, const Shape& output) {
    const bool ok = !mask || (mask->dtype() == boolean && mask->rank() <= output.rank() &&
                              mask->shape() == output.slice(0, mask->rank()));
    expect(ok, [&] {
      return fmt::format("masks: the one passed on is {} {}, the output {}", name_of(mask->dtype()), mask->shape(),
                         output);
    });
  }

  void check_gradients() {
    detail::LayerInFloat64 layer(make_, input_, seed);
    if (!layer.is_differentiable()) return;
    for (const auto& found : layer.compare_gradients())
      expect(found.relative_error <= expected_.tolerance, [&] {
        return fmt::format("gradients: of {}, the tape says {}, central differences {} (relative error {:.1e})",
                           found.of, found.analytic, found.numeric, found.relative_error);
      });
  }

  void check_training_step() {
    detail::LayerInFloat64 layer(make_, input_, seed);
    if (!layer.is_differentiable()) return;
    const auto step = layer.train();
    if (step.weights == 0) return;
    expect(step.squared_gradient > 0, [] { return "a training step: no gradient reaches a weight"; });
    expect(step.loss_after < step.loss_before, [&] {
      return fmt::format("a training step: the loss went from {} to {}", step.loss_before, step.loss_after);
    });
  }

  void check_freezing() {
    const auto layer = built(input_);
    const std::size_t count = layer->weights().size();
    layer->set_trainable(false);
    expect(layer->trainable_weights().empty() && layer->non_trainable_weights().size() == count,
           [] { return "freezing: some weights are still trainable, or lost"; });
  }

  void check_determinism() {
    const auto first = make();
    const Tensor output = (*first)(input_, {.training = true});
    const auto second = make();
    expect(ops::array_equal(output, (*second)(input_, {.training = true})),
           [] { return "set_seed: equal seeds give different outputs in training"; });
    expect(same(first->get_weights(), second->get_weights()),
           [] { return "set_seed: equal seeds give different weights"; });
  }

  const LayerMaker& make_;
  const Tensor& input_;
  const LayerExpectations& expected_;
  LayerReport report_;
};

}  // namespace

LayerReport check_layer(const LayerMaker& make, const Tensor& input, const LayerExpectations& expected) {
  if (input.rank() > 0 && input.dim(0) == 0)
    throw ValueError("check_layer", fmt::format("no samples; got shape {}; expected one or more", input.shape()));
  return Checker(make, input, expected).run();
}

LayerReport check_layer(const LayerMaker& make, const Shape& input_shape, const LayerExpectations& expected) {
  random::set_seed(seed);
  return check_layer(make, random::normal(input_shape), expected);
}

}  // namespace cornu
