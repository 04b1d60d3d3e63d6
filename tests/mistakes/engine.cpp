#include "tests/mistakes/mistake.hpp"

#include <doctest/doctest.h>

#include <cornu/cornu.hpp>

namespace cornu::testing {

TEST_CASE("mistakes: tapes and optimizers") {
  const Tensor x = random::normal({8, 4});
  Variable w(Tensor::ones({4, 1}), {.name = "w"}), b(Tensor::zeros({1}), {.name = "b"});
  const auto loss = [&] { return ops::mean(ops::matmul(x, w) + b); };
  optim::SGD optimizer;
  check_mistakes({
      {"Two gradients of one tape",
       [&] {
         GradientTape tape;
         const Tensor y = loss();
         tape.gradient(y, w);
         return tape.gradient(y, b);
       },
       "[GradientTape::gradient] the tape has been used up by an earlier gradient(); create a new tape each step, or "
       "one with {.persistent = true}"},
      {"A loss computed before the tape",
       [&] {
         const Tensor y = loss();
         GradientTape tape;
         return tape.gradient(y, w);
       },
       "[GradientTape::gradient] the target is older than the tape; compute it while this tape lives, or ask the outer "
       "tape"},
      {"A loss computed under another tape",
       [&] {
         Tensor y;
         {
           GradientTape tape;
           y = loss();
         }
         GradientTape tape;
         return tape.gradient(y, w);
       },
       "[GradientTape::gradient] the target was computed under another tape, which is gone; compute it while this tape "
       "lives"},
      {"The gradient of a tensor that is not watched",
       [&] {
         GradientTape tape;
         return tape.gradient(ops::mean(x), x);
       },
       "[GradientTape::gradient] the tape does not follow the source; watch() it before computing with it"},
      {"Integers watched",
       [&] {
         GradientTape tape;
         return tape.watch(Tensor({1, 2, 3}));
       },
       "[GradientTape::watch] cannot differentiate; got dtype int32; expected float32 or float64"},
      {"The gradient of a class, by argmax",
       [&] {
         GradientTape tape;
         return tape.gradient(ops::argmax(ops::matmul(x, w)), w);
       },
       "[GradientTape::gradient] cannot differentiate the target; expected a float32 or float64 tensor"},
      {"A gradient that there is not",
       [&] {
         GradientTape tape;
         return tape.gradient(ops::mean(ops::matmul(x, w)), b).to_dense();
       },
       "[Gradient::to_dense] there is no gradient; got an empty one; expected a target that depends on the source, "
       "read while the tape was live"},
      {"A loss that left the tape as a number",
       [&] {
         GradientTape tape;
         const Tensor y(loss().item<float>());
         return optimizer.apply({{tape.gradient(y, w), w}});
       },
       "[SGD] no gradient for any variable; got empty ones; compute the loss from the variables by ops, while the tape "
       "lives: item(), astype() and with_shape() are no ops"},
      {"The weights of a model that has none yet",
       [&] {
         Sequential model{layers::Dense(1)};
         const std::vector<Variable> weights = model.trainable_weights();
         GradientTape tape;
         return optimizer.apply(tape.gradient(loss(), weights), weights);
       },
       "[SGD] there is nothing to update; got no variables; a model has its trainable_weights() once it is built, or "
       "called on data"},
      {"Gradients and variables in different orders",
       [&] {
         GradientTape tape;
         return optimizer.apply(tape.gradient(loss(), {w, b}), {b, w});
       },
       "[SGD] the gradient has another shape than variable 'b'; got (4, 1); expected (1,)"},
      {"More gradients than variables",
       [&] {
         GradientTape tape;
         return optimizer.apply(tape.gradient(loss(), {w, b}), {w});
       },
       "[SGD] not a gradient a variable; got 2 gradients; expected 1"},
      {"A variable twice",
       [&] {
         GradientTape tape;
         return optimizer.apply(tape.gradient(loss(), {w, w}), {w, w});
       },
       "[SGD] variable 'w' is listed twice; add its gradients up"},
      {"A gradient of another dtype",
       [&] {
         return optimizer.apply({{Tensor::ones({4, 1}, float64), w}});
       },
       "[SGD] the gradient has another dtype than variable 'w'; got float64; expected float32"},
      {"An integer variable",
       [&] {
         const Variable counter(Tensor({0}), {.name = "counter"});
         return optimizer.apply({{Tensor({1}), counter}});
       },
       "[SGD] cannot update variable 'counter'; got dtype int32; expected float32 or float64"},
      {"A row for a column",
       [&] {
         return w.assign(Tensor::ones({1, 4}));
       },
       "[Variable::assign] another shape; got (1, 4) for variable 'w'; expected (4, 1)"},
      {"A variable that holds nothing", [&] { return Variable().value(); },
       "[Variable] the variable holds nothing; got a default-constructed Variable; make it with a value, or with "
       "add_weight in build()"},
      {"A number for a rate that follows a schedule",
       [&] {
         optim::SGD scheduled({.learning_rate = optim::schedules::ExponentialDecay(0.1, 100, 0.9)});
         return scheduled.set_learning_rate(0.01);
       },
       "[SGD] the learning rate follows a schedule; got 0.009999999776482582; expected a schedule; make the optimizer "
       "with a number to set it"},
      {"A norm of 0 to clip to", [&] { return optim::clip_by_global_norm({}, 0); },
       "[clip_by_global_norm] clip_norm is out of range; got 0; expected a positive number"},
      {"An op of one's own whose gradient has another shape",
       [&] {
         GradientTape tape;
         const Tensor value = w;
         const Tensor y = custom_gradient({value}, ops::square(value),
                                          [](const Tensor&) -> std::vector<Tensor> { return {Tensor::ones({1})}; });
         return tape.gradient(y, w);
       },
       "[custom_gradient] gradient 0 has another shape than its input; got (1,); expected (4, 1)"},
  });
}

TEST_CASE("mistakes: tensors and ops") {
  const Tensor x = random::normal({8, 4}), counts({1, 2, 3, 4});
  check_mistakes({
      {"Rows of different lengths",
       [&] {
         return Tensor({{1, 2, 3}, {4, 5}});
       },
       "[Tensor] ragged list; got 2 elements in row 1; expected 3 as in the rows before; pad the rows to one length"},
      {"More than one number as one", [&] { return x.item<float>(); },
       "[Tensor::item] not a single element; got shape (8, 4); expected one element"},
      {"float32 as double", [&] { return x.data<double>(); },
       "[Tensor] elements have another type; got float32; expected float64; convert with astype or ops::cast"},
      {"A place outside", [&] { return x.at<float>(8, 0); },
       "[Tensor::at] position out of range; got 8 for axis 0 of shape (8, 4); expected -8 … 7"},
      {"One position for two axes", [&] { return x.at<float>(3); },
       "[Tensor::at] wrong number of positions; got 1 for shape (8, 4); expected 2"},
      {"A tensor that holds nothing", [&] { return x + Tensor(); },
       "[Tensor] the tensor holds nothing; got a default-constructed Tensor; expected one with elements"},
      {"A product of shapes that do not fit", [&] { return ops::matmul(x, x); },
       "[matmul] inner dimensions differ; got (8, 4) and (8, 4); expected 4 rows in the second for the 4 columns of "
       "the first; transpose or reshape one of them"},
      {"A product of integers",
       [&] {
         return ops::matmul(Tensor({{1, 2}}), Tensor({{3}, {4}}));
       },
       "[matmul] cannot take this dtype; got int32; expected float32 or float64; cast it with ops::cast"},
      {"Shapes that do not broadcast", [&] { return x + random::normal({8}); },
       "[add] shapes do not broadcast; got (8, 4) and (8,); expected extents that are equal or 1, counted from the "
       "last axis"},
      {"Integers and floats added", [&] { return x + counts; },
       "[add] dtypes differ; got float32 and int32; expected one dtype; cast one of them with ops::cast"},
      {"float32 and float64 added",
       [&] {
         return x + Tensor({1.0, 2.0, 3.0, 4.0});
       },
       "[add] dtypes differ; got float32 and float64; expected one dtype; cast one of them with ops::cast"},
      {"Half of integers", [&] { return counts * 0.5; },
       "[scalar] a number among integers must be whole; got 0.5 among int32; cast the tensor to float32 first"},
      {"The mean of integers", [&] { return ops::mean(counts); },
       "[mean] cannot take this dtype; got int32; expected float32 or float64; cast it with ops::cast"},
      {"A shape of another size",
       [&] {
         return ops::reshape(x, {3, -1});
       },
       "[reshape] sizes differ; got (3, None) for the elements of (8, 4); expected a shape of as many, with at most "
       "one -1"},
      {"An axis that there is not", [&] { return ops::sum(x, {.axis = 2}); },
       "[Shape] axis out of range; got 2; expected -2 … 1 for shape (8, 4)"},
      {"An axis of another extent than 1 squeezed", [&] { return ops::squeeze(x, 0); },
       "[squeeze] axis 0 has another extent than 1; got (8, 4); expected 1 there"},
      {"Tensors of other shapes stacked",
       [&] {
         return ops::stack({x, counts});
       },
       "[stack] shapes differ; got (4,) beside (8, 4); expected equal ones"},
      {"Parts that are not equal", [&] { return ops::split(x, 3); },
       "[split] cannot cut into equal parts; got 3 parts of axis 0 of shape (8, 4); expected a divisor of its extent"},
      {"Floats as ids", [&] { return ops::gather(x, Tensor({1.f})); },
       "[gather] cannot take this dtype; got float32; expected int32 or int64; cast it with ops::cast"},
      {"An id outside", [&] { return ops::gather(x, Tensor({8})); },
       "[gather] id 8 at (0,) is outside the table; expected 0 … 7"},
      {"Numbers as a condition", [&] { return ops::where(x, x, x); },
       "[where] cannot take this dtype; got float32; expected bool, as comparisons give"},
      {"Bounds the wrong way round", [&] { return ops::clip(x, 1, 0); },
       "[clip] no number lies within the bounds; got 1 … 0; expected low ≤ high"},
      {"The largest of nothing", [&] { return ops::max(Tensor::zeros({0})); },
       "[max] nothing to reduce; got shape (0,); expected one element or more along each reduced axis"},
      {"A spread below 0", [&] { return random::normal({8}, 0, -1); },
       "[random::normal] stddev cannot be used; got -1; expected a finite number from 0 on"},
      {"Numbers from 10 up to 0", [&] { return random::randint({8}, 10, 0); },
       "[random::randint] empty range; got 10 … 0; expected low < high"},
      {"Probabilities of one sample, without the batch",
       [&] {
         return random::categorical(Tensor({0.1f, 0.9f}), 1);
       },
       "[random::categorical] logits of another rank; got (2,); expected (batch, classes)"},
  });
}

}  // namespace cornu::testing
