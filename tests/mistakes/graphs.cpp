#include "tests/mistakes/mistake.hpp"

#include <doctest/doctest.h>

#include <cornu/cornu.hpp>

namespace cornu::testing {

TEST_CASE("mistakes: graphs of layers") {
  const auto a = Input({.shape = {4}, .name = "a"}), b = Input({.shape = {3}, .name = "b"});
  check_mistakes({
      {"An output that does not come from the input", [&] { return Model(a, layers::Dense(1)(b)); },
       "[Model] output 'Dense' needs another input, 'b'; got the inputs a; expected all that lead to the outputs"},
      {"The same without a name",
       [&] {
         const auto x = Input({.shape = {4}}), y = Input({.shape = {4}});
         return Model(x, layers::Dense(1)(y));
       },
       "[Model] output 'Dense' needs another input, 'InputLayer'; got the inputs InputLayer; expected all that lead to "
       "the outputs; an Input with a name is told from the others"},
      {"An input that leads nowhere",
       [&] {
         return Model({a, b}, layers::Dense(1)(b));
       },
       "[Model] input 'a' leads to none of the outputs; got the outputs Dense; leave it out"},
      {"One input twice",
       [&] {
         return Model({a, a}, layers::Dense(1)(a));
       },
       "[Model] an input is given twice; got a, a; expected each once, but 'a' is there again"},
      {"Two inputs of one name",
       [&] {
         const auto again = Input({.shape = {4}, .name = "a"});
         return Model({a, again}, layers::Add()({a, again}));
       },
       "[Model] two layers have one name; got a second 'a'; give each a name of its own"},
      {"No outputs", [&] { return Model(a, SymbolicTensors()); },
       "[Model] there are no outputs; got an empty list; expected one or more symbolic tensors"},
      {"Merging what does not fit",
       [&] {
         return layers::Add()({a, b});
       },
       "[Add] shapes do not broadcast; got (None, 4) and (None, 3); expected extents that are equal or 1, counted from "
       "the last axis"},
      {"A symbolic tensor that is none", [&] { return layers::Dense(1)(SymbolicTensor()); },
       "[SymbolicTensor] no tensor; got a default-constructed SymbolicTensor; expected one from Input() or from a "
       "layer"},
      {"One initial state for an LSTM, which has two",
       [&] {
         const auto steps = Input({.shape = {10, 4}}), state = Input({.shape = {8}});
         return layers::LSTM(8)({steps, state});
       },
       "[LSTM] the number of initial states is not the cell's; got 1; expected 2 or none"},
      {"predict of a model with two outputs",
       [&] {
         return Model(a, {layers::Dense(1)(a), layers::Dense(2)(a)}).predict(Tensor::zeros({8, 4}));
       },
       "[predict] the model has several outputs; got predict for dense, dense_1; use predict_all"},
      {"Three names for two outputs",
       [&] {
         Model model(a, {layers::Dense(1)(a), layers::Dense(2)(a)});
         return model.predict_all(Tensor::zeros({8, 4})).unpack<3>();
       },
       "[unpack] another number of items; got 2 for 3 names; expected one name each"},
  });
}

TEST_CASE("mistakes: weights") {
  Sequential model{layers::Dense(1)}, built{layers::Dense(1)};
  built.build({None, 4});
  check_mistakes({
      {"Weights of a layer that has seen no data", [&] { return model.layers()[0]->get_weights()[0]; },
       "[Dense 'dense'] there are no weights before the layer is built; call it on data first, or build its model"},
      {"Parameters of a model that has seen no data", [&] { return model.count_params(); },
       "[Sequential] the number of weights is not known before the layer is built; call it on data first, or build its "
       "model"},
      {"The table of an Embedding that has seen no ids",
       [&] { return layers::Embedding(100, 16).embeddings().value(); },
       "[Variable] the variable holds nothing; got a default-constructed Variable; make it with a value, or with "
       "add_weight in build()"},
      {"A kernel without its bias",
       [&] {
         return built.set_weights({Tensor::zeros({4, 1})});
       },
       "[Sequential] wrong number of weights; got 1; expected 2: 'dense/kernel' (4, 1), 'dense/bias' (1,)"},
      {"A kernel the wrong way round, as PyTorch has it",
       [&] {
         return built.set_weights({Tensor::zeros({1, 4}), Tensor::zeros({1})});
       },
       "[Sequential] wrong shape for weight 0 'kernel'; got (1, 4); expected (4, 1)"},
      {"A layer that there is not", [&] { built.get_layer("dense_1"); },
       "[get_layer] no layer has that name; got 'dense_1'; expected one of: dense"},
      {"A layer behind the last one", [&] { built.get_layer(1); },
       "[get_layer] there is no such layer; got index 1; expected -1 … 0"},
      {"The optimizer before compile", [&] { built.optimizer(); },
       "[optimizer] the model is not compiled; call compile(optimizer, loss, metrics) first"},
  });
}

TEST_CASE("mistakes: layers of one's own") {
  struct WithoutCall : Layer<WithoutCall> {};
  struct Late : Layer<Late> {
    Tensor call(const Tensor& x) override {
      gain = add_weight({.name = "gain", .shape = {x.dim(-1)}, .initializer = "ones"});
      return x * gain;
    }
    Variable gain;
  };
  struct Open : Layer<Open> {
    void build(const Shape& shape) override { add_weight({.name = "table", .shape = shape}); }
    Tensor call(const Tensor& x) override { return x; }
  };
  struct Twins : Layer<Twins> {
    void build(const Shape&) override {
      add_weight({.name = "w", .shape = {3}});
      add_weight({.name = "w", .shape = {3}});
    }
    Tensor call(const Tensor& x) override { return x; }
  };
  struct Penalty : Layer<Penalty> {
    Tensor call(const Tensor& x) override {
      add_loss(ops::square(x));
      return x;
    }
  };
  const Tensor x = random::normal({8, 4});
  check_mistakes({
      {"A layer without call()", [&] { return WithoutCall()(x); },
       "[WithoutCall] WithoutCall has no call(); override call(const Tensor&) or call(const Tensor&, const "
       "CallContext&)"},
      {"Weights made in call(), anew each time",
       [&] {
         Late late;
         late(x);
         return late(x);
       },
       "[Late] two weights of one name; got a second 'gain'; make weights in build(), which runs once, not in call()"},
      {"A weight as large as the batch",
       [&] {
         return Sequential{Open()}.build({None, 4});
       },
       "[Open 'open'] weight 'table' needs extents that are not known yet; got shape (None, 4); build the model with a "
       "shape that has them, or tell the first layer (Embedding: input_length)"},
      {"Two weights of one name", [&] { return Twins()(x); },
       "[Twins] two weights of one name; got a second 'w'; give each weight a name of its own, and build a layer once"},
      {"A loss that is no scalar",
       [&] {
         Sequential model{Penalty()};
         model.compile("sgd", "mse");
         return model.fit(x, x);
       },
       "[Penalty 'penalty'] a loss is a scalar; got shape (8, 4); reduce it with ops::sum or ops::mean"},
      {"A layer that contains itself",
       [&] {
         const auto model = std::make_shared<Sequential>();
         return model->add(model);
       },
       "[Sequential] a layer cannot be part of itself; got Sequential in Sequential; expected a layer that does not "
       "contain the other"},
  });
}

}  // namespace cornu::testing
