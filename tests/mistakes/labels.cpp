#include "tests/mistakes/mistake.hpp"

#include <doctest/doctest.h>

#include <cornu/cornu.hpp>

namespace cornu::testing {

TEST_CASE("mistakes: labels that do not fit the loss") {
  const Tensor x = random::normal({8, 4}), ids({0, 1, 2, 0, 1, 2, 0, 1});
  const Tensor one_hot = ops::one_hot(ids, 3);
  check_mistakes({
      {"One-hot rows for a loss that wants class ids", [&] { return classification().fit(x, one_hot); },
       "[sparse_categorical_crossentropy] labels do not fit the predictions; got y_true (8, 3) and y_pred (8, 3); "
       "expected class ids of shape (8,); for one-hot labels use categorical_crossentropy"},
      {"Class ids for a loss that wants one-hot rows", [&] { return one_hot_classification().fit(x, ids); },
       "[categorical_crossentropy] labels and predictions have different shapes; got y_true (8,) and y_pred (8, 3); "
       "expected the same shape; only a last axis of 1 may be missing; for class ids use "
       "sparse_categorical_crossentropy, or to_categorical(y, 3)"},
      {"Classes numbered from 1", [&] { return classification().fit(x, ids + 1); },
       "[sparse_categorical_crossentropy] labels must be class ids; got 3 in sample 2; expected 0 … 2, because the "
       "predictions have 3 classes"},
      {"Scores in place of classes", [&] { return classification().fit(x, ops::cast(ids, float32) * 0.5); },
       "[sparse_categorical_crossentropy] labels must be class ids; got 0.5 in sample 1; expected 0 … 2, because the "
       "predictions have 3 classes"},
      {"Labels −1 and 1 for a sigmoid", [&] { return yes_or_no().fit(x, 2 * ops::minimum(ids, Tensor(1)) - 1); },
       "[binary_crossentropy] labels must lie in 0 … 1; got -1 in sample 0; expected 0, 1 or a probability; for more "
       "than two classes use sparse_categorical_crossentropy"},
      {"Three classes for one sigmoid", [&] { return yes_or_no().fit(x, ids); },
       "[binary_crossentropy] labels must lie in 0 … 1; got 2 in sample 2; expected 0, 1 or a probability; for more "
       "than two classes use sparse_categorical_crossentropy"},
      {"One-hot pairs for one sigmoid", [&] { return yes_or_no().fit(x, ops::one_hot(ids, 2)); },
       "[binary_crossentropy] labels and predictions have different shapes; got y_true (8, 2) and y_pred (8, 1); "
       "expected the same shape; only a last axis of 1 may be missing; a last layer of 2 units predicts such labels"},
      {"A target of two numbers for a model that predicts one",
       [&] {
         return regression().fit(x, random::normal({8, 2}));
       },
       "[mean_squared_error] labels and predictions have different shapes; got y_true (8, 2) and y_pred (8, 1); "
       "expected the same shape; only a last axis of 1 may be missing; a last layer of 2 units predicts such labels"},
      {"Data and targets swapped",
       [&] {
         return regression().fit(random::normal({8, 1}), x);
       },
       "[mean_squared_error] labels and predictions have different shapes; got y_true (8, 4) and y_pred (8, 1); "
       "expected the same shape; only a last axis of 1 may be missing; a last layer of 4 units predicts such labels"},
      {"One label a sample, where the model predicts one for each step",
       [&] {
         Sequential model{layers::Embedding(10, 4), layers::Dense(1, "sigmoid")};
         model.compile("adam", "binary_crossentropy");
         return model.fit(Tensor({{1, 2, 3}, {4, 5, 6}}), Tensor({0, 1}));
       },
       "[binary_crossentropy] labels and predictions have different shapes; got y_true (2,) and y_pred (2, 3, 1); "
       "expected the same shape; only a last axis of 1 may be missing; for one label a sample, put "
       "layers::GlobalAveragePooling1D() or layers::Flatten() in front of the last Dense"},
      {"Fewer labels than samples",
       [&] {
         return regression().fit(x, random::normal({7, 1}));
       },
       "[fit] x and y have different numbers of samples; got (8, 4) and (7, 1); expected one target a sample"},
      {"One number as the target of all samples", [&] { return regression().fit(x, Tensor(1.f)); },
       "[fit] no samples; got y of shape (); expected samples along the first axis"},
      {"Labels of the validation data that are no classes",
       [&] {
         return classification().fit(x, ids, {.validation_data = {x, ids + 5}});
       },
       "[fit, validation_data] labels must be class ids; got 5 in sample 0; expected 0 … 2, because the predictions "
       "have 3 classes"},
      {"Class weights for a regression",
       [&] {
         return regression().fit(x, ops::cast(ids, float32) * 0.5, {.class_weight = {{0, 1.0}, {1, 2.0}}});
       },
       "[fit] class_weight needs class ids or one-hot rows as labels; got 0.5; weights of other samples go as "
       "sample_weight"},
      {"A class weight below 0",
       [&] {
         return classification().fit(x, ids, {.class_weight = {{0, -1.0}}});
       },
       "[fit] a class weight cannot be used; got -1 for class 0; expected finite numbers from 0 on"},
      {"One weight too few for the samples",
       [&] { return classification().fit(x, ids, {.sample_weight = Tensor::ones({7})}); },
       "[fit] sample_weight does not fit y; got (7,) for y of (8,); expected one weight a sample"},
      {"One-hot labels of classes numbered from 1",
       [&] {
         return to_categorical(Tensor({1, 2, 3}), 3);
       },
       "[to_categorical] label 3 at (2,) is outside the classes; expected 0 … 2"},
  });
}

TEST_CASE("mistakes: data that do not fit the model") {
  const Tensor x = random::normal({8, 4}), y = random::normal({8, 1});
  const auto question = Input({.shape = {4}, .name = "question"}), answer = Input({.shape = {4}, .name = "answer"});
  Model pairs({question, answer}, layers::Concatenate()({question, answer}));
  check_mistakes({
      {"A tensor that was never filled", [&] { return regression().fit(Tensor(), y); },
       "[fit] x holds nothing; got a default-constructed Tensor; expected samples along the first axis"},
      {"No samples, since the filter left none",
       [&] {
         return regression().fit(Tensor::zeros({0, 4}), Tensor::zeros({0, 1}));
       },
       "[fit] no samples; got x of shape (0, 4); expected at least one"},
      {"Two inputs for a model with one",
       [&] {
         return regression().fit({x, x}, y);
       },
       "[fit] another number of inputs; got 2; expected 1: x"},
      {"Numbers without an axis of features", [&] { return regression().fit(random::normal({8}), y); },
       "[Dense 'dense'] the input must be a batch of vectors; got shape (None,); expected (batch, …, inputs); add an "
       "axis with ops::expand_dims"},
      {"Data of another width than those trained on",
       [&] {
         Sequential model = regression();
         model.fit(x, y, {.verbose = 0});
         return model.predict(random::normal({8, 5}));
       },
       "[Dense 'dense'] the layer was built for another input; got shape (8, 5); expected rank 2 or more and 4 along "
       "the last axis"},
      {"One sample without its batch",
       [&] {
         Sequential model = regression();
         model.fit(x, y, {.verbose = 0});
         return model.predict(random::normal({4}));
       },
       "[Dense 'dense'] the layer was built for another input; got shape (4,); expected rank 2 or more and 4 along the "
       "last axis; one sample is a batch of one: ops::expand_dims(x, 0)"},
      {"Validation data of another width",
       [&] {
         return regression().fit(x, y, {.validation_data = {random::normal({8, 5}), y}});
       },
       "[Dense 'dense'] the layer was built for another input; got shape (None, 5); expected rank 2 or more and 4 "
       "along the last axis"},
      {"Numbers that are far too large", [&] { return regression().fit(x * 1e30, y, {.verbose = 0}); },
       "the loss of a batch is inf; look for such numbers in data, targets and weights, or take a smaller learning "
       "rate"},
      {"An id beyond the words of the Embedding",
       [&] {
         return reviews().predict(Tensor({{1, 10}, {2, 3}}));
       },
       "[Embedding 'embedding'] id 10 at (0, 1) is outside the vocabulary; expected 0 … 9; raise input_dim or map "
       "unknown words to one id"},
      {"−1 as the id of what is unknown",
       [&] {
         return reviews().fit(Tensor({{1, -1}, {2, 3}}), Tensor({0, 1}));
       },
       "[Embedding 'embedding'] id -1 at (0, 1) is outside the vocabulary; expected 0 … 9; raise input_dim or map "
       "unknown words to one id"},
      {"Features for an Embedding",
       [&] {
         return reviews().predict(Tensor({{0.5f, -1.5f}, {2.5f, 0.1f}}));
       },
       "[Embedding 'embedding'] id -1.5 at (0, 1) is outside the vocabulary; expected 0 … 9; the data are floats; give "
       "features to a layers::Dense instead"},
      {"One text without its batch",
       [&] {
         return reviews().predict(Tensor({1, 2, 3}));
       },
       "[GlobalAveragePooling1D 'global_average_pooling1d'] the input must be sequences of vectors; got shape (None, "
       "4); expected (batch, steps, features)"},
      {"Ids for an LSTM, without an Embedding in front",
       [&] {
         return Sequential{layers::LSTM(8)}.predict(Tensor({{1, 2, 3}}));
       },
       "[LSTM 'lstm'] the input must be sequences of vectors; got shape (None, 3); expected (batch, steps, features); "
       "give a recurrent layer in front of this one return_sequences = true, or other data an axis of steps with "
       "layers::Reshape"},
      {"Fractions for an input of ids",
       [&] {
         const auto ids = Input({.shape = {None}, .dtype = int32, .name = "ids"});
         return Model(ids, layers::Embedding(10, 4)(ids)).predict(Tensor({{0.5f, 1.f}}));
       },
       "[Functional] the data are floats; got 0.5 at (0, 0); expected whole numbers; give input 'ids' a float dtype"},
      {"The batch in the shape of an Input",
       [&] {
         const auto input = Input({.shape = {None, 4}});
         return Model(input, layers::Dense(1)(input)).predict(x);
       },
       "[Functional] input 'input_layer' has another shape; got (8, 4); expected (None, None, 4); data begin with the "
       "batch, which Input's shape leaves out: one sample is ops::expand_dims(x, 0)"},
      {"One of two inputs alone", [&] { return pairs.predict(x); },
       "[predict] another number of inputs; got 1; expected 2: question, answer"},
      {"An input by a name that the model has not",
       [&] {
         return pairs.predict({{"question", x}, {"reply", x}});
       },
       "[predict] there is no input 'reply'; got question, reply; expected question, answer"},
      {"An input left out",
       [&] {
         return pairs.predict({{"question", x}});
       },
       "[predict] input 'answer' is missing; got question; expected question, answer"},
      {"An input given twice",
       [&] {
         return pairs.predict({{"question", x}, {"question", x}});
       },
       "[predict] input 'question' is given twice; got question, question; expected each once"},
      {"Different numbers of questions and answers",
       [&] {
         return pairs.predict({x, random::normal({7, 4})});
       },
       "[predict] input 'question' and input 'answer' have different numbers of samples; got (8, 4) and (7, 4); "
       "expected one input a sample"},
  });
}

}  // namespace cornu::testing
