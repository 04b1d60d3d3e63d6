#include <cornu/framework/checks/check_layer.hpp>

#include <doctest/doctest.h>

#include <string>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/layer/by_name.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

using namespace cornu;

namespace {

// y = x · gain: as a user writes it, without options.
class Scale : public Layer<Scale> {
 public:
  void build(const Shape& input_shape) override {
    gain_ = add_weight({.name = "gain", .shape = {input_shape.back()}, .initializer = "ones"});
  }
  Tensor call(const Tensor& input) override { return input * gain_; }

 protected:
  Variable gain_;
};

bool has_failure(const LayerReport& report, const std::string& beginning) {
  for (const std::string& failure : report.failures)
    if (failure.starts_with(beginning)) return true;
  return false;
}

#define CHECK_FAILS(layer, input, beginning)                                   \
  do {                                                                         \
    const LayerReport report = check_layer([] { return layer(); }, input);     \
    CHECK_FALSE(report.ok());                                                  \
    CHECK_MESSAGE(has_failure(report, beginning), #layer ": ", report.text()); \
  } while (false)

struct OtherShapeThanTold : Layer<OtherShapeThanTold> {
  Tensor call(const Tensor& x) override {
    return x.is_symbolic() ? Tensor::symbolic(x.shape(), x.dtype()) : ops::sum(x, {.axis = 1});
  }
};

struct NoEmptyBatch : Layer<NoEmptyBatch> {
  Tensor call(const Tensor& x) override { return x.is_symbolic() ? x : x - ops::max(x); }
};

struct WrongGradient : Scale {
  Tensor call(const Tensor& x) override {
    return custom_gradient({x}, ops::square(x), [](const Tensor& d_y) { return std::vector<Tensor>{d_y}; }) * gain_;
  }
};

struct UntrackedWeight : Scale {
  Tensor call(const Tensor& x) override { return x * stop_gradient(gain_); }
};

struct Unnamed : Layer<Unnamed> {
  void build(const Shape&) override { add_weight({.shape = {1}, .trainable = false}); }
  Tensor call(const Tensor& x) override { return x; }
};

int made = 0;
struct HasAState : Scale {
  Tensor call(const Tensor& x) override { return x * gain_ + number_; }
  double number_ = ++made;
};

struct NanWhenMasked : Layer<NanWhenMasked> {
  NanWhenMasked() { supports_masking_ = true; }
  Tensor call(const Tensor& x, const CallContext& context) override {
    if (!context.mask) return ops::mean(x, {.axis = 1});
    const Tensor counts = ops::cast(ops::expand_dims(*context.mask, 2), x.dtype());
    return ops::sum(x * counts, {.axis = 1}) / ops::sum(counts, {.axis = 1});
  }
  Mask compute_mask(const Tensor&, const Mask&) const override { return std::nullopt; }
};

struct MaskOfTheInput : Layer<MaskOfTheInput> {
  MaskOfTheInput() { supports_masking_ = true; }
  Tensor call(const Tensor& x) override { return ops::mean(x, {.axis = 1}); }
};

struct ForgetsOption : Layer<ForgetsOption> {
  explicit ForgetsOption(double factor = 2) : factor_(factor) {}
  Tensor call(const Tensor& x) override { return factor_ * x; }
  double factor_;
};

struct WritesOther : Layer<WritesOther> {
  Tensor call(const Tensor& x) override { return x; }
  Config get_config() const override { return LayerBase::get_config().set("made", ++made); }
  static inline int made = 0;
};

int calls = 0;
struct CountsCalls : Layer<CountsCalls> {
  Tensor call(const Tensor& x) override { return x * static_cast<double>(++calls); }
};

struct AlwaysThrows : Layer<AlwaysThrows> {
  Tensor call(const Tensor&) override { throw ValueError("AlwaysThrows", "no; got an input"); }
};

}  // namespace

TEST_CASE("check_layer: a layer as users write it passes, without knowing of float64") {
  const LayerReport report =
      check_layer([] { return Scale(); }, Shape{4, 3}, {.output_shape = Shape{4, 3}, .weight_names = {{"gain"}}});
  CHECK_MESSAGE(report.ok(), report.text());
  CHECK(report.checked > 20);
  CHECK(report.text().empty());
}

TEST_CASE("check_layer: every broken promise is found") {
  const Shape steps{2, 3, 4};
  CHECK_FAILS(OtherShapeThanTold, (Shape{2, 3}), "output shapes: a symbolic (2, 3) gives float32 (2, 3)");
  CHECK_FAILS(NoEmptyBatch, (Shape{2, 3}), "output shapes: ");
  CHECK_FAILS(WrongGradient, (Shape{2, 3}), "gradients: of input, the tape says ");
  CHECK_FAILS(UntrackedWeight, (Shape{2, 3}), "gradients: of gain, the tape says 0, ");
  CHECK_FAILS(UntrackedWeight, (Shape{2, 3}), "a training step: no gradient reaches a weight");
  CHECK_FAILS(Unnamed, (Shape{2, 3}), "weights: got names ");
  CHECK_FAILS(HasAState, (Shape{2, 3}), "set_weights: two layers with equal weights have different outputs");
  CHECK_FAILS(NanWhenMasked, steps, "masks: samples that are masked whole give NaN or infinity");
  CHECK_FAILS(MaskOfTheInput, steps, "masks: the one passed on is bool (2, 3), the output (2, 4)");
  CHECK_FAILS(CountsCalls, (Shape{2, 3}), "set_seed: equal seeds give different outputs in training");
  CHECK_FAILS(AlwaysThrows, (Shape{2, 3}), "output shapes: [AlwaysThrows] no; got an input");
}

TEST_CASE("check_layer: a layer that files can name comes back from its config") {
  CHECK(check_layer([] { return ForgetsOption(3); }, Shape{2, 3}).ok());  // no file can hold it yet
  register_layer<ForgetsOption>("tests>ForgetsOption");
  register_layer<WritesOther>("tests>WritesOther");
  CHECK(check_layer([] { return ForgetsOption(2); }, Shape{2, 3}).ok());
  const LayerReport forgotten = check_layer([] { return ForgetsOption(3); }, Shape{2, 3});
  CHECK(has_failure(forgotten, "config: what comes back gives other outputs"));
  CHECK(has_failure(forgotten, "config: what comes back gives other outputs in training"));
  CHECK_FAILS(WritesOther, (Shape{2, 3}), "config: {");
}

TEST_CASE("check_layer: what is expected is compared") {
  const auto make = [] { return Scale(); };
  CHECK(has_failure(check_layer(make, Shape{4, 3}, {.output_shape = Shape{4, 2}}),
                    "output shape: got (4, 3); expected (4, 2)"));
  CHECK(has_failure(check_layer(make, Shape{4, 3}, {.weight_names = {{"kernel"}}}),
                    "weights: got [\"gain\"]; expected [\"kernel\"]"));
}

TEST_CASE("check_layer: no samples to try are refused") {
  CHECK_THROWS_AS(check_layer([] { return Scale(); }, Shape{0, 3}), ValueError);
}
