#include <cornu/framework/saving/check_saved_layer.hpp>

#include <doctest/doctest.h>

#include <algorithm>

#include <cornu/framework/layer/by_name.hpp>
#include <cornu/framework/ops/ops.hpp>

using namespace cornu;

namespace {

// y = factor · gain · x
class SavedScale : public Layer<SavedScale> {
 public:
  explicit SavedScale(double factor = 2, LayerOptions options = {}) : Layer(std::move(options)), factor_(factor) {}
  void build(const Shape& input_shape) override {
    gain_ = add_weight({.name = "gain", .shape = {input_shape.back()}, .initializer = "ones"});
  }
  Tensor call(const Tensor& input) override { return factor_ * input * gain_; }
  Config get_config() const override { return LayerBase::get_config().set("factor", factor_); }
  static std::shared_ptr<SavedScale> from_config(const ConfigView& config) {
    return std::make_shared<SavedScale>(config.get("factor", 2.0), layer_options_from(config));
  }

 protected:
  double factor_;
  Variable gain_;
};

// Its config says nothing of the factor.
struct SavedForgetful : Layer<SavedForgetful> {
  explicit SavedForgetful(double factor = 2) : factor_(factor) {}
  Tensor call(const Tensor& input) override { return factor_ * input; }
  double factor_;
};

// Adds a number that is neither a weight nor an option, another one in each object.
struct Counted : Layer<Counted> {
  Tensor call(const Tensor& input) override { return input + number_; }
  static inline int made = 0;
  double number_ = ++made;
};

struct Unregistered : Layer<Unregistered> {
  Tensor call(const Tensor& input) override { return input; }
};

bool has_failure(const LayerReport& report, const std::string& part) {
  return std::any_of(report.failures.begin(), report.failures.end(),
                     [&](const std::string& failure) { return failure.find(part) != std::string::npos; });
}

}  // namespace

TEST_CASE("check_saved_layer: a layer of a user that is registered and gives its options passes") {
  register_layer<SavedScale>("tests>SavedScale");
  const LayerReport report =
      check_saved_layer([] { return SavedScale(3, {.dtype = float64, .name = "s"}); }, Shape{4, 3});
  CHECK_MESSAGE(report.ok(), report.text());
  CHECK(report.checked == 7);
}

TEST_CASE("check_saved_layer: an option that the config forgets is found") {
  register_layer<SavedForgetful>("tests>SavedForgetful");
  const LayerReport report = check_saved_layer([] { return SavedForgetful(3); }, Shape{4, 3});
  CHECK_FALSE(report.ok());
  CHECK(has_failure(report, "file: the model that comes back predicts otherwise"));
  CHECK(has_failure(report, "file: what comes back gives other outputs"));
}

TEST_CASE("check_saved_layer: what is neither weight nor option is found") {
  register_layer<Counted>("tests>SavedCounted");
  CHECK(has_failure(check_saved_layer([] { return Counted(); }, Shape{4, 3}), "gives other outputs in training"));
}

TEST_CASE("check_saved_layer: a layer that nobody registered, and an input without a batch") {
  CHECK(
      has_failure(check_saved_layer([] { return Unregistered(); }, Shape{4, 3}), "cornu has no layer 'Unregistered'"));
  CHECK(has_failure(check_saved_layer([] { return SavedScale(); }, Tensor(1.F)), "an input has no batch"));
}
