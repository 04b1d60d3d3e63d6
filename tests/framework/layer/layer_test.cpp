#include <cornu/framework/layer/layer.hpp>

#include <doctest/doctest.h>

#include <cmath>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/ops/ops.hpp>

#include "tests/support/throws.hpp"

using namespace cornu;
using testing::message_of;
using Names = std::vector<std::string>;

namespace {

// y = x * gain + offset
class Scale : public Layer<Scale> {
 public:
  explicit Scale(LayerOptions options = {}) : Layer(std::move(options)) {}
  void build(const Shape& input_shape) override {
    ++builds;
    count_ = add_weight({.name = "count", .dtype = int64, .trainable = false});
    gain_ = add_weight({.name = "gain",
                        .shape = {input_shape.back()},
                        .initializer = "ones",
                        .regularizer = regularizers::L2(0.5),
                        .constraint = "non_neg"});
    offset_ = add_weight({.name = "offset", .shape = {input_shape.back()}, .initializer = "zeros"});
  }
  Tensor call(const Tensor& input) override { return input * gain_ + offset_; }

  int builds = 0;

 private:
  Variable count_, gain_, offset_;
};

// Two layers, one tracked when it is made and one when it is built.
class Block : public Layer<Block> {
 public:
  explicit Block(LayerOptions options = {}) : Layer(std::move(options)) { first_ = track("first", Scale()); }
  void build(const Shape&) override {
    own_ = add_weight({.name = "own", .shape = {2}});
    second_ = track("second", Scale());
  }
  Tensor call(const Tensor& input) override {
    const Tensor y = (*second_)((*first_)(input));
    if (fails) throw ValueError("Block", "told to fail");
    return y;
  }
  std::shared_ptr<Scale> first() const { return first_; }
  bool fails = false;

 private:
  std::shared_ptr<Scale> first_, second_;
  Variable own_;
};

Names names_of(const std::vector<Variable>& weights) {
  Names names;
  for (const Variable& weight : weights) names.push_back(weight.name());
  return names;
}

}  // namespace

// ── weights ─────────────────────────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("layer: the first call builds it, once") {
  Scale scale;
  CHECK_FALSE(scale.built());
  CHECK(ops::array_equal(scale(Tensor({{1.f, 2.f}})), Tensor({{1.f, 2.f}})));
  CHECK(scale.built());
  scale(Tensor({{1.f, 2.f}, {3.f, 4.f}}));
  CHECK(scale.builds == 1);
}

TEST_CASE("layer: weights are listed trainable ones first, as they were asked for") {
  Scale scale;
  scale.ensure_built({None, 3});
  CHECK(names_of(scale.weights()) == Names{"gain", "offset", "count"});
  CHECK(names_of(scale.trainable_weights()) == Names{"gain", "offset"});
  CHECK(names_of(scale.non_trainable_weights()) == Names{"count"});
  CHECK(scale.count_params() == 7);
  const Variable gain = scale.weights()[0];
  CHECK(gain.shape() == Shape{3});
  CHECK(gain.dtype() == float32);
  CHECK(gain.body().weight.constraint);
  CHECK(gain.body().weight.regularizer);
  CHECK(scale.weights()[2].dtype() == int64);
  CHECK(ops::array_equal(scale.get_weights()[2], Tensor(std::int64_t{0})));
}

TEST_CASE("layer: a floating weight starts as glorot_uniform draws it, of the layer's dtype") {
  struct Free : Layer<Free> {
    using Layer::Layer;
    void build(const Shape&) override { add_weight({.name = "w", .shape = {40, 20}}); }
    Tensor call(const Tensor& x) override { return x; }
  };
  Free layer({.dtype = float64});
  layer.ensure_built({None, 1});
  const Tensor w = layer.get_weights()[0];
  CHECK(w.dtype() == float64);
  const double limit = std::sqrt(6. / 60);
  CHECK(ops::max(ops::abs(w)).item<double>() <= limit);
  CHECK(ops::max(ops::abs(w)).item<double>() > 0.9 * limit);
}

TEST_CASE("layer: weights in the constructor and a build by hand are kept when the layer is built") {
  struct Early : Layer<Early> {
    Early() { early = add_weight({.name = "early", .shape = {2}}); }
    void build(const Shape& shape) override { late = add_weight({.name = "late", .shape = {shape.back()}}); }
    Tensor call(const Tensor& x) override { return x * late; }
    Variable early, late;
  };
  Early layer;
  layer.build({None, 3});
  const Variable late = layer.late;
  layer(Tensor({{1.f, 2.f, 3.f}}));
  CHECK(names_of(layer.weights()) == Names{"early", "late"});
  CHECK(layer.late == late);
  CHECK_THROWS_WITH_AS(layer.build({None, 3}), doctest::Contains("two weights of one name; got a second 'late'"),
                       ValueError);
}

TEST_CASE("layer: a weight needs extents, and an initializer that gives what was asked for") {
  struct Short : initializers::Initializer {
    Tensor operator()(const Shape&, DType) const override { return Tensor::zeros({1}); }
  };
  struct Wrong : Layer<Wrong> {
    void build(const Shape& shape) override {
      add_weight({.name = "w", .shape = {shape.back()}, .initializer = Short()});
    }
    Tensor call(const Tensor& x) override { return x; }
  };
  CHECK(message_of<ShapeError>([] {
          Wrong()(Tensor({{1.f, 2.f}}));
        }) == "[Wrong] the initializer of weight 'w' made float32 (1,); expected float32 (2,)");
  CHECK_THROWS_WITH_AS(Wrong().ensure_built({4, None}),
                       doctest::Contains("weight 'w' needs extents that are not known yet; got shape (None,)"),
                       ShapeError);
}

TEST_CASE("layer: a build that fails leaves nothing behind") {
  Block block;
  const auto first = block.first();
  block.fails = true;
  CHECK_THROWS_AS(block(Tensor({{1.f, 2.f}})), ValueError);  // the call failed, the build before it did not
  CHECK(block.built());

  struct Failing : Layer<Failing> {
    Failing() {
      kept = add_weight({.name = "kept", .shape = {1}});
      old = track("old", Scale());
      trained = track("trained", Scale());
      trained->ensure_built({None, 2});
    }
    void build(const Shape& shape) override {
      add_weight({.name = "w", .shape = {1}});
      track("new", Scale());
      old->ensure_built(shape);
      add_weight({.name = "impossible", .shape = {None}});
    }
    Tensor call(const Tensor& x) override { return x; }
    Variable kept;
    std::shared_ptr<Scale> old, trained;
  };
  Failing layer;
  const std::vector<Variable> trained = layer.trained->weights();
  CHECK_THROWS_AS(layer(Tensor({{1.f, 2.f}})), ShapeError);
  CHECK_FALSE(layer.built());
  CHECK(layer.sublayers().size() == 2);
  CHECK_FALSE(layer.old->built());
  CHECK(layer.old->weights().empty());
  CHECK(layer.trained->built());
  CHECK(layer.trained->weights() == trained);
  CHECK(names_of(layer.weights()) == Names{"kept", "gain", "offset", "count"});
}

TEST_CASE("layer: set_weights and get_weights carry values, cast to the weights' dtypes") {
  Scale scale;
  scale.ensure_built({None, 2});
  scale.set_weights({Tensor({2., 3.}, float64), Tensor({4, 5}), Tensor(7)});
  const std::vector<Tensor> weights = scale.get_weights();
  CHECK(ops::array_equal(weights[0], Tensor({2.f, 3.f})));
  CHECK(ops::array_equal(weights[1], Tensor({4.f, 5.f})));
  CHECK(ops::array_equal(weights[2], Tensor(std::int64_t{7})));
}

TEST_CASE("layer: get_weights is a snapshot") {
  Scale scale;
  scale.ensure_built({None, 2});
  const std::vector<Tensor> before = scale.get_weights();
  scale.weights()[0].writable().mutable_data<float>()[0] = 9;
  CHECK(before[0].at<float>(0) == 1);
  CHECK(scale.get_weights()[0].at<float>(0) == 9);
}

TEST_CASE("layer: set_weights refuses another number, shape or an empty tensor, and changes nothing") {
  Scale scale({.name = "s"});
  CHECK_THROWS_WITH_AS(scale.set_weights({Tensor(1.f)}),
                       "[Scale 's'] wrong number of weights; got 1; expected 0; build the layer first", ShapeError);
  scale.ensure_built({None, 2});
  const std::vector<Tensor> before = scale.get_weights();
  const Tensor good({5.f, 5.f}), count(std::int64_t{1});
  CHECK_THROWS_WITH_AS(scale.set_weights({good}), "[Scale 's'] wrong number of weights; got 1; expected 3", ShapeError);
  CHECK_THROWS_WITH_AS(scale.set_weights({good, Tensor({1.f}), count}),
                       "[Scale 's'] wrong shape for weight 1 'offset'; got (1,); expected (2,)", ShapeError);
  CHECK_THROWS_AS(scale.set_weights({good, Tensor::symbolic({2}), count}), ValueError);
  CHECK_THROWS_AS(scale.set_weights({good, Tensor(), count}), StateError);
  for (std::size_t i = 0; i < before.size(); ++i) CHECK(ops::array_equal(before[i], scale.get_weights()[i]));
}

TEST_CASE("layer: count_params is refused before the layer is built") {
  CHECK_THROWS_WITH_AS(Scale().count_params(), doctest::Contains("[Scale] the number of weights is not known"),
                       StateError);
}

// ── trainable ───────────────────────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("layer: freezing takes all weights out of training, thawing brings back those that were made trainable") {
  Scale scale;
  scale.ensure_built({None, 2});
  scale.set_trainable(false);
  CHECK_FALSE(scale.trainable());
  CHECK(scale.trainable_weights().empty());
  CHECK(names_of(scale.weights()) == Names{"gain", "offset", "count"});
  CHECK(scale.non_trainable_weights().size() == 3);
  CHECK(scale.losses().empty());
  scale.set_trainable(true);
  CHECK(names_of(scale.trainable_weights()) == Names{"gain", "offset"});
}

TEST_CASE("layer: freezing before the build and in the options holds for weights and sublayers made later") {
  Block block({.trainable = false});
  block(Tensor({{1.f, 2.f}}));
  CHECK(block.weights().size() == 7);
  CHECK(block.trainable_weights().empty());
  block.set_trainable(true);
  CHECK(block.trainable_weights().size() == 5);
}

// ── layers in a layer ───────────────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("layer: sublayers' weights follow the layer's own, each once") {
  Block block;
  block(Tensor({{1.f, 2.f}}));
  CHECK(names_of(block.weights()) == Names{"own", "gain", "offset", "count", "gain", "offset", "count"});
  CHECK(block.sublayers()[0].first == "first");
  CHECK(block.sublayers()[1].second->name() == "second");
  CHECK(block.losses().size() == 2);

  struct Twice : Layer<Twice> {
    explicit Twice(const std::shared_ptr<Scale>& shared) {
      track("a", shared);
      track("b", shared);
    }
  };
  const auto shared = std::make_shared<Scale>();
  shared->ensure_built({None, 2});
  CHECK(Twice(shared).weights().size() == 3);
  CHECK_THROWS_WITH_AS(Twice(nullptr), doctest::Contains("no layer; got a null pointer for 'a'"), ValueError);
}

TEST_CASE("layer: one that was moved keeps weights and sublayers") {
  Block block;
  block(Tensor({{1.f, 2.f}}));
  const std::vector<Variable> weights = block.weights();
  Block moved = std::move(block);
  CHECK(moved.weights() == weights);
  CHECK(moved(Tensor({{1.f, 2.f}})).shape() == Shape{1, 2});
}

// ── calls ───────────────────────────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("layer: floating inputs are cast to its dtype, integers are left to call()") {
  Scale scale({.dtype = float64});
  CHECK(scale(Tensor({{1.f, 2.f}})).dtype() == float64);
  struct Seen : Layer<Seen> {
    using Layer::Layer;
    Tensor call(const Tensor& x) override { return x; }
  };
  CHECK(Seen({.dtype = float64})(Tensor({1, 2})).dtype() == int32);
  CHECK(Seen()(Tensor({1., 2.}, float64)).dtype() == float32);
}

TEST_CASE("layer: a layer without call() says what to write, and an integer dtype is refused") {
  struct Empty : Layer<Empty> {
    using Layer::Layer;
  };
  CHECK(message_of<StateError>([] { Empty()(Tensor({1.f})); }) ==
        "[Empty] Empty has no call(); override call(const Tensor&) or call(const Tensor&, const CallContext&)");
  CHECK_THROWS_WITH_AS(Empty({.dtype = int32}), doctest::Contains("got int32; expected float32 or float64"),
                       ValueError);
}

TEST_CASE("layer: the training flag and the mask reach a call that wants them") {
  struct Asking : Layer<Asking> {
    Asking() { supports_masking_ = true; }
    Tensor call(const Tensor& x, const CallContext& context) override {
      training = context.training;
      masked = context.mask.has_value();
      return x;
    }
    using LayerBase::call;
    bool training = false, masked = false;
  };
  Asking layer;
  const Tensor x({{1.f, 2.f}});
  layer(x, {.training = true, .mask = Tensor({true})});
  CHECK((layer.training && layer.masked));
  layer(x);
  CHECK_FALSE((layer.training || layer.masked));
}

TEST_CASE("layer: a mask is passed on by layers that support it and refused by those that do not") {
  struct Passing : Layer<Passing> {
    Passing() { supports_masking_ = true; }
    Tensor call(const Tensor& x) override { return x; }
  };
  const Tensor x({{1.f, 2.f}}), mask({{true, false}});
  const Mask passed = Passing().apply(x, {.mask = mask}).second;
  REQUIRE(passed);
  CHECK(ops::array_equal(*passed, mask));
  CHECK_FALSE(Passing().apply(x, {}).second);
  Scale scale({.name = "s"});
  CHECK_THROWS_WITH_AS(scale(x, {.mask = mask}),
                       "[Scale 's'] Scale cannot take a mask; got one of shape (1, 2); put layers::DropMask() in front "
                       "of it if the padding may count, or use mask_zero = false",
                       StateError);
}

TEST_CASE("layer: the output's shape is found without elements") {
  Scale scale;
  CHECK(scale.compute_output_shape({None, 5, 3}) == Shape{None, 5, 3});
  CHECK(scale.built());
}

TEST_CASE("layer: errors name the layer, the innermost one") {
  Scale scale({.name = "s"});
  scale.ensure_built({None, 2});
  const Tensor wrong({{1.f, 2.f, 3.f}});
  CHECK(message_of<ShapeError>([&] { scale(wrong); }).starts_with("[Scale 's'] "));
  Scale unnamed;
  unnamed.ensure_built({None, 2});
  CHECK(message_of<ShapeError>([&] { unnamed(wrong); }).starts_with("[Scale] "));
  Block block({.name = "block"});
  block(Tensor({{1.f, 2.f}}));
  CHECK(message_of<ShapeError>([&] { block(wrong); }).starts_with("[Scale 'first'] "));
  block.fails = true;
  CHECK(message_of<ValueError>([&] { block(Tensor({{1.f, 2.f}})); }) == "[Block 'block'] told to fail");
}

// ── losses ──────────────────────────────────────────────────────────────────────────────────────────────────────────

namespace {

class Penalised : public Layer<Penalised> {
 public:
  explicit Penalised(LayerOptions options = {}) : Layer(std::move(options)) {}
  Tensor call(const Tensor& x) override {
    add_loss(ops::sum(x));
    add_loss(10 * ops::sum(x));
    return 2 * x;
  }
};

}  // namespace

TEST_CASE("layer: add_loss adds up in the innermost AddedLosses, and is nothing without one") {
  Penalised layer;
  const Tensor x({{1.f, 2.f}});
  layer(x);
  AddedLosses outer;
  CHECK(outer.empty());
  CHECK_THROWS_AS(outer.total(), StateError);
  {
    const AddedLosses inner;
    layer(x);
    CHECK(inner.total().item<double>() == 33);
  }
  CHECK(outer.empty());
  layer(x);
  layer(x);
  CHECK(outer.total().item<double>() == 66);
}

TEST_CASE("layer: add_loss takes scalars alone, of any floating dtype, and no symbolic ones") {
  struct Odd : Layer<Odd> {
    using Layer::Layer;
    Tensor call(const Tensor& x) override {
      add_loss(x);
      return x;
    }
  };
  const AddedLosses added;
  Odd layer;
  layer(Tensor::symbolic({None, 2}));
  CHECK(added.empty());
  CHECK_THROWS_WITH_AS(layer(Tensor({{1.f, 2.f}})), doctest::Contains("a loss is a scalar; got shape (1, 2)"),
                       ShapeError);
  Odd()(Tensor(1.f));
  Odd({.dtype = float64})(Tensor(2.));
  CHECK(added.total().item<double>() == 3);
}

TEST_CASE("layer: an added loss reaches the gradient") {
  Variable w(Tensor(3.f));
  const AddedLosses added;
  GradientTape tape;
  const Tensor y = Penalised()(w.value() * w.value());
  CHECK(tape.gradient(ops::sum(y) + added.total(), w).to_dense().item<double>() == 13 * 2 * 3);
}

TEST_CASE("layer: the activity regularizer sees the output, divided by the batch") {
  const AddedLosses added;
  Scale scale({.activity_regularizer = regularizers::L2(0.5)});
  scale(Tensor({{1.f, 2.f}, {3.f, 4.f}}));
  CHECK(added.total().item<double>() == 0.5 * (1 + 4 + 9 + 16) / 2);
  scale(Tensor::zeros({0, 2}));
  CHECK(added.total().item<double>() == 7.5);
}

TEST_CASE("layer: losses() holds the regularization of the weights as they are") {
  Scale scale;
  scale.ensure_built({None, 2});
  scale.set_weights({Tensor({1.f, 3.f}), Tensor({0.f, 0.f}), Tensor(std::int64_t{0})});
  REQUIRE(scale.losses().size() == 1);
  CHECK(scale.losses()[0].item<double>() == 5);
}

// ── names and configs ───────────────────────────────────────────────────────────────────────────────────────────────

namespace {
template <class T>
class Generic : public Layer<Generic<T>> {};
struct HTTPLayer2D : Layer<HTTPLayer2D> {};
std::string local_class_name(const std::vector<int>&) {
  struct Local : Layer<Local> {};
  return Local().class_name();
}
}  // namespace

TEST_CASE("layer: the class's name comes without namespaces and template arguments") {
  CHECK(Scale().class_name() == "Scale");
  CHECK(Generic<std::vector<std::string>>().class_name() == "Generic");
  CHECK(local_class_name({}) == "Local");
}

TEST_CASE("layer: default names follow Keras's rule") {
  CHECK(to_snake_case("Dense") == "dense");
  CHECK(to_snake_case("GlobalAveragePooling1D") == "global_average_pooling1d");
  CHECK(to_snake_case("LSTM") == "lstm");
  CHECK(to_snake_case("Conv1DTranspose") == "conv1d_transpose");
  CHECK(to_snake_case("PReLU") == "p_re_lu");
  CHECK(to_snake_case("ReLU") == "re_lu");
  CHECK(to_snake_case("ELU") == "elu");
  CHECK(to_snake_case("AdamW") == "adam_w");
  CHECK(to_snake_case("RMSprop") == "rm_sprop");
  CHECK(to_snake_case("") == "");
  CHECK(to_snake_case(HTTPLayer2D().class_name()) == "http_layer2d");
}

TEST_CASE("layer: the config has name, trainable and dtype, and a layer adds its own") {
  struct Wide : Layer<Wide> {
    using Layer::Layer;
    Config get_config() const override {
      Config config = LayerBase::get_config();
      return config.merge(Config::object({{"units", 3}}));
    }
  };
  CHECK(Wide({.trainable = false, .dtype = float64, .name = "w"}).get_config().to_json() ==
        R"({"name": "w", "trainable": false, "dtype": {"module": "keras", "class_name": "DTypePolicy", )"
        R"("config": {"name": "float64"}, "registered_name": null}, "units": 3})");
}

TEST_CASE("layer: set_dtype holds for sublayers and is refused once it is built") {
  Block block;
  CHECK_THROWS_AS(block.set_dtype(int32), ValueError);
  block.set_dtype(float64);
  CHECK(block.first()->dtype() == float64);
  block(Tensor({{1.f, 2.f}}));
  CHECK(block.weights()[0].dtype() == float64);
  CHECK_THROWS_AS(block.set_dtype(float32), StateError);
}
