#include <cornu/framework/checks/check_layer.hpp>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>

#include <cornu/framework/checks/layer_in_float64.hpp>
#include <cornu/framework/checks/same_layer.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

namespace cornu {

std::string LayerReport::text() const { return fmt::format("{}", fmt::join(failures, "\n")); }

namespace {

constexpr std::uint64_t seed = 20240229;

template <class F>
Tensors each(const Tensors& tensors, F f) {
  Tensors results;
  for (const Tensor& tensor : tensors) results.push_back(f(tensor));
  return results;
}

Tensor symbolic(const Tensor& x) { return Tensor::symbolic(x.shape(), x.dtype()); }
Tensor symbolic_of_any_batch(const Tensor& x) { return Tensor::symbolic(x.shape().with(0, None), x.dtype()); }
bool has_batch(const Tensors& inputs) {
  return std::all_of(inputs.begin(), inputs.end(), [](const Tensor& x) { return x.rank() > 0; });
}

// The first `samples` samples, from the start again when there are fewer.
Tensor with_batch(const Tensor& x, std::int64_t samples) {
  const std::int64_t given = x.dim(0);
  Tensor ids = Tensor::uninitialized({samples}, int64);
  for (std::int64_t i = 0; i < samples; ++i) ids.mutable_data<std::int64_t>()[i] = i % given;
  return ops::gather(x, ids);
}

template <class L>
bool same(const L& a, const L& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), ops::array_equal);
}

bool is_finite(const Tensor& x) { return !is_floating(x.dtype()) || ops::all(ops::is_finite(x)).item<bool>(); }

class Checker {
 public:
  Checker(const LayerMaker& make, const Tensors& inputs, const LayerExpectations& expected)
      : make_(make), inputs_(inputs), expected_(expected) {}

  LayerReport run() {
    check("output shapes", [&] { check_shapes(); });
    check("weights", [&] { check_weights(); });
    check("set_weights", [&] { check_set_weights(); });
    check("masks", [&] { check_masks(); });
    check("gradients", [&] { check_gradients(); });
    check("a training step", [&] { check_training_step(); });
    check("freezing", [&] { check_freezing(); });
    check("set_seed", [&] { check_determinism(); });
    check("config", [&] { detail::check_config(report_, make_, inputs_); });
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

  static Tensors outputs_of(LayerBase& layer, const Tensors& inputs, const CallContext& context = {}) {
    return layer.apply(inputs, context).first;
  }

  std::unique_ptr<LayerBase> built(const Tensors& inputs) const {
    auto layer = make();
    outputs_of(*layer, inputs);
    return layer;
  }

  void check_shapes() {
    check_shape(inputs_);
    if (!has_batch(inputs_)) return;
    for (const std::int64_t samples : {1, 3, 0})
      check_shape(each(inputs_, [&](const Tensor& x) { return with_batch(x, samples); }));
    if (!expected_.output_shape) return;
    const Shape shape = outputs_of(*make(), inputs_)[0].shape();
    expect(shape == *expected_.output_shape,
           [&] { return fmt::format("output shape: got {}; expected {}", shape, *expected_.output_shape); });
  }

  void check_shape(const Tensors& inputs) {
    const Tensors real = outputs_of(*make(), inputs);
    check_symbolic(each(inputs, symbolic), real);
    if (has_batch(inputs)) check_symbolic(each(inputs, symbolic_of_any_batch), real);
    if (inputs.size() == 1 && real.size() == 1)
      expect(ops::array_equal((*make())(inputs[0]), real[0]) || !is_finite(real[0]),
             [] { return "output shapes: a tensor gives another output than a list of that tensor"; });
  }

  void check_symbolic(const Tensors& inputs, const Tensors& real) {
    const Tensors told = outputs_of(*make(), inputs);
    expect(told.size() == real.size(), [&] {
      return fmt::format("output shapes: {} outputs of symbolic inputs, {} of real ones", told.size(), real.size());
    });
    for (std::size_t i = 0; i < std::min(told.size(), real.size()); ++i)
      expect(told[i].is_symbolic() && told[i].dtype() == real[i].dtype() && real[i].shape().fits(told[i].shape()), [&] {
        return fmt::format("output shapes: a symbolic {} gives {} {}, the real one {} {}", inputs[0].shape(),
                           name_of(told[i].dtype()), told[i].shape(), name_of(real[i].dtype()), real[i].shape());
      });
  }

  void check_weights() {
    const auto layer = built(inputs_);
    std::vector<std::string> names;
    for (const Variable& weight : layer->weights()) names.push_back(weight.name());
    const auto& wanted = expected_.weight_names;
    expect(!wanted || names == *wanted,
           [&] { return fmt::format("weights: got {}; expected {}", names, wanted.value_or(names)); });
    expect(std::find(names.begin(), names.end(), "") == names.end(),
           [&] { return fmt::format("weights: got names {}; expected one for each", names); });
    expect(same(layer->get_weights(), built(each(inputs_, symbolic))->get_weights()),
           [] { return "weights: a symbolic call makes others than a real one"; });
  }

  void check_set_weights() {
    const auto layer = built(inputs_), other = built(inputs_);
    const std::vector<Tensor> weights = detail::other_weights(*layer);
    layer->set_weights(weights);
    expect(same(layer->get_weights(), weights), [] { return "set_weights: get_weights gives back other values"; });
    other->set_weights(weights);
    expect(same(outputs_of(*layer, inputs_), outputs_of(*other, inputs_)),
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

  // A mask for each input, every element the same; none where there are no steps.
  Masks masks_of(bool value) const {
    Masks masks;
    for (const Tensor& input : inputs_) {
      const bool has_steps = input.rank() >= (is_floating(input.dtype()) ? 3 : 2);
      const Shape shape = expected_.mask ? expected_.mask->shape() : input.shape().slice(0, has_steps ? 2 : 0);
      masks.push_back(shape.empty() ? Mask() : Tensor::full(shape, value, boolean));
    }
    return masks;
  }

  void check_masks() {
    const Masks everything = masks_of(true);
    if (std::none_of(everything.begin(), everything.end(), [](const Mask& mask) { return mask.has_value(); })) return;
    const auto layer = make();
    if (!layer->supports_masking()) return check_mask_refused(*layer, everything);
    const Tensors unmasked = outputs_of(*layer, inputs_);
    const auto [outputs, masks] = layer->apply(inputs_, {.masks = everything});
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      const bool equal = ops::all_close(outputs[i], unmasked[i]);
      expect(equal, [] { return "masks: a mask that is true everywhere changes the output"; });
      check_mask_passed(mask_at(masks, i), outputs[i].shape());
    }
    const Tensors nothing = outputs_of(*layer, inputs_, {.masks = masks_of(false)});
    expect(std::all_of(nothing.begin(), nothing.end(), is_finite),
           [] { return "masks: samples that are masked whole give NaN or infinity"; });
    if (expected_.mask) check_given_mask(*layer);
  }

  void check_given_mask(LayerBase& layer) {
    const auto [outputs, masks] = layer.apply(inputs_, {.masks = std::vector<Mask>(inputs_.size(), expected_.mask)});
    for (std::size_t i = 0; i < outputs.size(); ++i) check_mask_passed(mask_at(masks, i), outputs[i].shape());
  }

  void check_mask_refused(LayerBase& layer, const Masks& masks) {
    bool refused = false;
    try {
      outputs_of(layer, inputs_, {.masks = masks});
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
    detail::LayerInFloat64 layer(make_, inputs_, seed);
    if (!layer.is_differentiable()) return;
    for (const auto& found : layer.compare_gradients())
      expect(found.relative_error <= expected_.tolerance, [&] {
        return fmt::format("gradients: of {}, the tape says {}, central differences {} (relative error {:.1e})",
                           found.of, found.analytic, found.numeric, found.relative_error);
      });
  }

  void check_training_step() {
    detail::LayerInFloat64 layer(make_, inputs_, seed);
    if (!layer.is_differentiable()) return;
    const auto step = layer.train();
    if (step.weights == 0) return;
    expect(step.squared_gradient > 0, [] { return "a training step: no gradient reaches a weight"; });
    expect(step.loss_after < step.loss_before, [&] {
      return fmt::format("a training step: the loss went from {} to {}", step.loss_before, step.loss_after);
    });
  }

  void check_freezing() {
    const auto layer = built(inputs_);
    const std::size_t count = layer->weights().size();
    layer->set_trainable(false);
    expect(layer->trainable_weights().empty() && layer->non_trainable_weights().size() == count,
           [] { return "freezing: some weights are still trainable, or lost"; });
  }

  void check_determinism() {
    const auto first = make();
    const Tensors outputs = outputs_of(*first, inputs_, {.training = true});
    const auto second = make();
    expect(same(outputs, outputs_of(*second, inputs_, {.training = true})),
           [] { return "set_seed: equal seeds give different outputs in training"; });
    expect(same(first->get_weights(), second->get_weights()),
           [] { return "set_seed: equal seeds give different weights"; });
  }

  const LayerMaker& make_;
  const Tensors& inputs_;
  const LayerExpectations& expected_;
  LayerReport report_;
};

}  // namespace

LayerReport check_layer(const LayerMaker& make, const Tensors& inputs, const LayerExpectations& expected) {
  for (const Tensor& input : inputs)
    if (input.rank() > 0 && input.dim(0) == 0)
      throw ValueError("check_layer",
                       fmt::format("an input has no samples; got shape {}; expected one or more", input.shape()));
  return Checker(make, inputs, expected).run();
}

LayerReport check_layer(const LayerMaker& make, const Shape& input_shape, const LayerExpectations& expected) {
  random::set_seed(seed);
  return check_layer(make, random::normal(input_shape), expected);
}

}  // namespace cornu
