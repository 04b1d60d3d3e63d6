#include <doctest/doctest.h>
#include <fmt/core.h>

#include <span>
#include <string>
#include <vector>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/files.hpp>
#include <cornu/framework/formats/hdf5/writer.hpp>
#include <cornu/framework/formats/zip/reader.hpp>
#include <cornu/framework/formats/zip/writer.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/saving/load_model.hpp>
#include "tests/support/fixture.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;

namespace {

std::string keras_file(const char* name) {
  return read_text_file(testing::fixture_path(fmt::format("keras/{}.keras", name)));
}

std::span<const std::byte> bytes_of(const std::string& text) { return std::as_bytes(std::span(text)); }

std::string archive_of(const std::string& config, const std::string& weights) {
  return formats::zip_bytes({{.name = "config.json", .parts = {formats::as_part(config)}},
                             {.name = "model.weights.h5", .parts = {formats::as_part(weights)}}});
}

// The members of a file of Keras.
struct Members {
  std::string config, weights;
};

Members members_of(const char* name) {
  const std::string file = keras_file(name);
  const formats::ZipReader zip(bytes_of(file), name);
  constexpr std::uint64_t limit = 1 << 24;
  return {zip.read_text(zip.at("config.json"), limit), zip.read_text(zip.at("model.weights.h5"), limit)};
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t place = text.find(from);
  REQUIRE(place != std::string::npos);
  return text.replace(place, from.size(), to);
}

std::string message_of(const std::string& file) {
  try {
    load_model(bytes_of(file), {}, "hostile.keras");
  } catch (const Error& error) {
    return error.what();
  }
  return "loaded";
}

void refuses(const std::string& file, const std::string& part) {
  const std::string message = message_of(file);
  CAPTURE(part);
  CAPTURE(message);
  CHECK(message != "loaded");
  CHECK(message.find(part) != std::string::npos);
}

// The config of 'dense' with something else in it.
void refuses_config(const std::string& from, const std::string& to, const std::string& part) {
  const Members members = members_of("dense");
  refuses(archive_of(replaced(members.config, from, to), members.weights), part);
}

}  // namespace

TEST_CASE("load_model: what is no model says what it is") {
  refuses("", "an empty file");
  refuses("hello, world", "expected a zip archive");
  refuses(members_of("dense").weights, "an HDF5 file");
  refuses(formats::zip_bytes({}), "no member 'config.json'");
  refuses(archive_of("{", ""), "hostile.keras");
  refuses(archive_of("[1, 2]", members_of("dense").weights), "expected an object");
  refuses(archive_of(members_of("dense").config, "no HDF5"), "model.weights.h5");
  CHECK_THROWS_AS(load_model("/nowhere/model.keras"), FileError);
}

TEST_CASE("load_model: every class that there is not is listed, with its place, and nothing that a file names is run") {
  refuses(keras_file("refused_convolution"), "Conv");
  refuses(keras_file("refused_layer"), "config");
  refuses_config(R"("class_name": "Dense")", R"("class_name": "os.system")", "os.system");
  refuses_config(R"("class_name": "Dense")", R"("class_name": "Lambda")", "Lambda");
  refuses_config(R"("activation": "linear")", R"("activation": "subprocess.run")", "subprocess.run");
}

TEST_CASE("load_model: numbers that cannot be are refused by their place") {
  refuses_config(R"("units": 1)", R"("units": -1)", "units");
  refuses_config(R"("units": 1)", R"("units": "four")", "units");
  refuses_config(R"("units": 1)", R"("units": 1000000000000)", "cannot come from this file");
  refuses_config(R"("units": 1)", R"("units": 9223372036854775807)", "");
  refuses_config(R"("batch_shape": [null, 3])", R"("batch_shape": [null, 9223372036854775807])", "");
  refuses_config(R"("batch_shape": [null, 3])", R"("batch_shape": [null, -3])", "");
}

TEST_CASE("load_model: weights that are missing, or of another shape, are listed") {
  const Members dense = members_of("dense"), deep = members_of("dense_deep");
  refuses(archive_of(dense.config, deep.weights), "the weights of the file are not those of the model");
  formats::Hdf5Writer writer("empty");
  writer.add_group("/layers");
  refuses(archive_of(dense.config, writer.finish().join()), "/layers/dense/vars");
}

TEST_CASE("load_model: graphs with circles and names that lead nowhere are refused") {
  const Members members = members_of("two_outputs");
  const std::string history = R"("keras_history": [")";
  std::string dangling = members.config;
  dangling = replaced(dangling, history, R"("keras_history": ["no such layer)");
  refuses(archive_of(dangling, members.weights), "no layer has the name");
}

TEST_CASE("load_model: a text that is nested too deeply is refused") {
  refuses(archive_of(std::string(100'000, '[') + std::string(100'000, ']'), members_of("dense").weights),
          "hostile.keras");
}

TEST_CASE("load_model: a truncated file is refused at every length") {
  const std::string file = keras_file("dense");
  for (std::size_t length = 0; length < file.size(); length += 97)
    CHECK_THROWS_AS(load_model(bytes_of(file.substr(0, length)), {}, "short"), FileError);
}

TEST_CASE("load_model: a flipped bit is an error, or changes nothing") {
  std::string file = keras_file("dense");
  for (std::size_t place = 0; place < file.size(); place += 61) {
    file[place] = static_cast<char>(file[place] ^ 4);
    CAPTURE(place);
    CHECK_NOTHROW([&] {
      try {
        load_model(bytes_of(file), {}, "flipped");
      } catch (const Error&) {
      }
    }());
    file[place] = static_cast<char>(file[place] ^ 4);
  }
}

TEST_CASE("load_weights: a failing call leaves the model as it was") {
  const auto model = load_model(testing::fixture_path("keras/dense.keras"));
  const std::vector<Tensor> before = model->get_weights();
  CHECK_THROWS_AS(model->load_weights(testing::fixture_path("keras/dense_deep.keras")), FileError);
  CHECK_THROWS_AS(model->load_weights("/nowhere.weights.h5"), FileError);
  const std::vector<Tensor> after = model->get_weights();
  for (std::size_t i = 0; i < before.size(); ++i) CHECK(before[i].to_vector<float>() == after[i].to_vector<float>());
}

TEST_CASE("Model::save: refuses a function without a name, and leaves no file") {
  const testing::TemporaryFolder folder;
  const auto model = load_model(testing::fixture_path("keras/dense.keras"));
  model->compile("sgd", [](const Tensor& t, const Tensor& p) { return t * p; });
  CHECK_THROWS_AS(model->save(folder.path("m.keras")), ValueError);
  CHECK(folder.size() == 0);
}

TEST_CASE("Model::save: refuses another ending, a model without weights and a folder that is not there") {
  const auto model = load_model(testing::fixture_path("keras/dense.keras"));
  CHECK_THROWS_AS(model->save("model.h5"), ValueError);
  CHECK_THROWS_AS(model->save("/nowhere/model.keras"), FileError);
  CHECK_THROWS_AS(model->save_weights("weights.h5x"), ValueError);
}
