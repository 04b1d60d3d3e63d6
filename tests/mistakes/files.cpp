#include "tests/mistakes/mistake.hpp"

#include <doctest/doctest.h>

#include <filesystem>

#include <cornu/cornu.hpp>

namespace cornu::testing {

TEST_CASE("mistakes: files of models") {
  const Tensor x = random::normal({8, 4}), y = random::normal({8, 1});
  Sequential model = regression(), other{layers::Dense(2), layers::Dense(1)};
  model.build({None, 4});
  other.build({None, 4});
  struct Scale : Layer<Scale> {
    Tensor call(const Tensor& input) override { return 2 * input; }
  };
  check_mistakes({
      {"A file that is not there", [&] { return load_model("model.keras"); },
       "[load_model] cannot read 'model.keras'; got: No such file or directory"},
      {"A file of another kind", [&] { return load_model(write("text.keras", "hello")); },
       "[load_model] 'text.keras' is no .keras file; got a file of another kind; expected a zip archive with "
       "config.json and model.weights.h5"},
      {"A file cut short",
       [&] {
         model.save("model.keras");
         std::filesystem::resize_file("model.keras", 1000);
         return load_model("model.keras");
       },
       "[load_model] 'model.keras': truncated: the list of members, which stands at the end of a zip archive, is "
       "missing"},
      {"Weights as a model",
       [&] {
         model.save_weights("model.weights.h5");
         return load_model("model.weights.h5");
       },
       "[load_model] 'model.weights.h5' has no model; got weights alone; expected an HDF5 file with the attribute "
       "model_config; make the model and load_weights() into it"},
      {"Keras's old format", [&] { return model.save("model.h5"); },
       "[save] the file's kind is told by its name; got 'model.h5'; expected it to end with '.keras'"},
      {"A folder that is missing", [&] { return model.save("models/model.keras"); },
       "[save] cannot write 'models/model.keras'; got: No such file or directory; make its folder first"},
      {"A model before it has weights", [&] { return Sequential{layers::Dense(1)}.save("model.keras"); },
       "[save] the model has no weights yet; build it, or call it on data, before it is saved"},
      {"The ending of a model for weights", [&] { return model.save_weights("model.keras"); },
       "[save_weights] the file's kind is told by its name; got 'model.keras'; expected it to end with '.weights.h5'"},
      {"Weights of another architecture",
       [&] {
         model.save_weights("model.weights.h5");
         return other.load_weights("model.weights.h5");
       },
       "[load_weights] the weights of the file are not those of the model:\n  /layers/dense/vars (layer Dense "
       "'dense'): array 0 ('kernel') has another shape; got (4, 1); expected (4, 2)\n  /layers/dense_1/vars (layer "
       "Dense 'dense_1'): got 0 arrays; expected 2"},
      {"Weights for a model that has none yet",
       [&] {
         model.save_weights("model.weights.h5");
         return Sequential{layers::Dense(1)}.load_weights("model.weights.h5");
       },
       "[load_weights] the model has no weights yet; build it, or call it on data, before weights are read"},
      {"A function without a name as an activation",
       [&] {
         Sequential own{layers::Dense(1, [](const Tensor& t) { return t; })};
         own.build({None, 4});
         return own.save("model.keras");
       },
       "[save] a function without a name cannot be saved; got 1 of them, the first at "
       "config.config.layers[1].config.activation; make it a class and register_class() it, or save_weights()"},
      {"A layer of one's own that is not registered",
       [&] {
         Sequential own{Scale()};
         own.build({None, 4});
         own.save("model.keras");
         return load_model("model.keras");
       },
       "[load_model] 'model.keras' needs what is not here; got 1 such items; expected none:\n  "
       "config.json.config.layers[1]: cornu has no layer 'Scale'; register a class of yours by that name before "
       "(cornu::register_class)"},
      {"fit of a model that was loaded without compile",
       [&] {
         model.save("model.keras");
         return load_model("model.keras", {.compile = false})->fit(x, y);
       },
       "[fit] the model is not compiled; call compile(optimizer, loss, metrics) first"},
  });
}

TEST_CASE("mistakes: files of arrays") {
  const Tensor x = random::normal({8, 4});
  check_mistakes({
      {"An array that is not there", [&] { return read_npy("x.npy"); },
       "[read_npy] 'x.npy': cannot be read; got: No such file or directory"},
      {"An array cut short",
       [&] {
         write_npy("x.npy", x);
         std::filesystem::resize_file("x.npy", 200);
         return read_npy("x.npy");
       },
       "[read_npy] 'x.npy': not as long as it says; got 72 bytes of elements; expected 128 for float32 (8, 4)"},
      {"Numbers as text", [&] { return read_npy(write("x.npy", "1,2,3\n4,5,6\n")); },
       "[read_npy] 'x.npy': not a file of numpy.save; got a file of another kind"},
      {"An archive as an array",
       [&] {
         write_npz("x.npz", {{"x", x}});
         return read_npy("x.npz");
       },
       "[read_npy] 'x.npz': not a file of numpy.save; got a zip archive"},
      {"An array as an archive",
       [&] {
         write_npy("x.npy", x);
         return read_npz("x.npy");
       },
       "[read_npz] 'x.npy': not a zip archive; got a file of numpy.save"},
      {"An array of another name",
       [&] {
         write_npz("x.npz", {{"x", x}});
         return read_npz("x.npz")["y"];
       },
       "[NamedTensors] no tensor of that name; got 'y'; expected one of 'x'"},
  });
}

TEST_CASE("mistakes: tables and splits") {
  const Tensor x = random::normal({8, 4}), y = random::normal({8, 1});
  const std::string people = "age,height\n30,1.7\n31,tall\n";
  check_mistakes({
      {"A file that is not there", [&] { return read_csv("persons.csv"); },
       "[read_csv] cannot read 'persons.csv'; got: No such file or directory"},
      {"A word among numbers", [&] { return read_csv(write("people.csv", people)).numbers(); },
       "[CsvTable::numbers] 'people.csv', line 3, column 2 ('height'): this is not a number; got 'tall'; expected a "
       "finite number"},
      {"A column that there is not", [&] { return read_csv(write("people.csv", people)).numbers("Age"); },
       "[CsvTable] no column 'Age' in 'people.csv'; got 'age', 'height'; did you mean 'age'?"},
      {"Semicolons between the cells", [&] { return read_csv(write("a.csv", "age;height\n30;1.7\n")).numbers("age"); },
       "[CsvTable] no column 'age' in 'a.csv'; got 'age;height'; if ';' separates the cells, give {.separator = ';'}"},
      {"Commas in the numbers",
       [&] { return read_csv(write("a.csv", "age;height\n30;1,7\n"), {.separator = ';'}).numbers("height"); },
       "[CsvTable::numbers] 'a.csv', line 2, column 2 ('height'): this is not a number; got '1,7'; expected a finite "
       "number; for decimals with a comma give {.decimal = ','}"},
      {"An empty cell", [&] { return read_csv(write("a.csv", "age,height\n30,\n")).numbers("height"); },
       "[CsvTable::numbers] 'a.csv', line 2, column 2 ('height'): the number is missing; got ''; expected a finite "
       "number; fill it in, or say with `missing` what to read"},
      {"A cell too many", [&] { return read_csv(write("a.csv", "age,height\n30,1.7,2\n")); },
       "[read_csv] 'a.csv', line 2: got 3 cells; expected 2, as in line 1"},
      {"A file without names of columns", [&] { return read_csv(write("a.csv", "30,1.7\n31,1.8\n")).numbers(); },
       "read_csv: the first line of 'a.csv' has numbers alone, and gives the columns their names; {.header = false} "
       "makes it a row"},
      {"A workbook", [&] { return read_csv(write("a.csv", "PK\x03\x04")); },
       "[read_csv] 'a.csv' is a zip archive, as workbooks (.xlsx) are; expected text; save the sheet as CSV"},
      {"Letters that are not UTF-8", [&] { return read_csv(write("a.csv", "city,people\nK\xF6ln,1000000\n")); },
       "[read_csv] 'a.csv', line 2: the line is not UTF-8; got byte 0xF6 at its byte 2; convert the file to UTF-8"},
      {"A quote that is not closed", [&] { return read_csv(write("a.csv", "city,people\n\"Koeln,1000000\n")); },
       "[read_csv] 'a.csv', line 2: a quote is not closed; expected another quote before the end of the file"},
      {"Columns as integers", [&] { return read_csv(write("a.csv", "age\n30\n")).numbers("age", {.dtype = int32}); },
       "[CsvTable::numbers] not a floating dtype; got int32; expected float32 or float64; ops::cast makes integers of "
       "them"},
      {"No tab between label and text", [&] { return text::read_tsv(write("a.tsv", "1 a good film\n")); },
       "[read_tsv] 'a.tsv', line 1: the line has no tab; got \"1 a good film\"; expected label <TAB> text"},
      {"Words as labels", [&] { return text::read_tsv(write("a.tsv", "good\ta good film\n")); },
       "[read_tsv] 'a.tsv', line 1: the label is not a number; got \"good\"; expected a finite number before the tab"},
      {"More folds than samples", [&] { return k_fold(3, 5); },
       "[k_fold] cannot split 3 samples in 5 folds; expected 2 folds or more, of one sample or more"},
      {"A seed without shuffling", [&] { return k_fold(30, 5, {.seed = 1}); },
       "[k_fold] a seed changes nothing without shuffling; expected shuffle = true, or no seed"},
      {"A test set in percent", [&] { return train_test_split(x, y, {.test_size = 20}); },
       "[train_test_split] test_size is out of range; got 20 of 8 samples; expected a part between 0 and 1, or a whole "
       "number of samples, fewer than all"},
      {"Data and targets of different lengths",
       [&] {
         return train_test_split(x, random::normal({7, 1}));
       },
       "[train_test_split] arrays of different lengths; got 8, 7 samples; expected as many in each"},
      {"Numbers as classes to stratify by",
       [&] {
         return train_test_split(x, y, {.stratify = Tensor({1.5f, 2.5f, 3.5f, 4.5f, 5.5f, 6.5f, 7.5f, 8.5f})});
       },
       "[train_test_split] a class of stratify has a single sample, number 0; expected two or more, to train and to "
       "test with"},
      {"A sample before the first",
       [&] {
         return take_rows(std::vector<std::string>{"a", "b"}, {-1});
       },
       "[take_rows] no such sample; got id -1 of 2 samples; expected 0 … 1"},
      {"A sample behind the last", [&] { return take_rows(x, {8}); },
       "[take_rows] no such sample; got id 8 of 8 samples; expected 0 … 7"},
  });
}

}  // namespace cornu::testing
