#include <doctest/doctest.h>
#include <fmt/core.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <vector>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/callbacks/backup_and_restore.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/saving/load_model.hpp>
#include "tests/hostile/members.hpp"
#include "tests/support/fixture.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using namespace cornu::testing;

namespace {

std::string error_of(const std::string& file) {
  try {
    load_model(bytes_of(file), {}, "hostile.keras");
  } catch (const Error& error) {
    return error.what();
  }
  return "loaded";
}

void refuses(const std::string& file, const std::string& part) {
  const std::string error = error_of(file);
  CAPTURE(part);
  CAPTURE(error);
  CHECK(error != "loaded");
  CHECK(error.find(part) != std::string::npos);
}

std::vector<HostileFile> files_for(HostileUse use) {
  static const std::vector<HostileFile> all = hostile_files();
  std::vector<HostileFile> files = all;
  std::erase_if(files, [&](const HostileFile& file) { return file.use != use; });
  return files;
}

// The path of a file in a folder, where those that lie beside it are too.
std::string written(const TemporaryFolder& folder, const HostileFile& file) {
  for (const NamedBytes& beside : file.beside) folder.write(beside.name, beside.bytes);
  return folder.write(file.file.name, file.file.bytes);
}

std::unique_ptr<Model> dense() { return load_model(fixture_path("keras/dense.keras")); }

// Runs what fails, and checks that the model has the weights that it had.
template <class F>
void check_unchanged(Model& model, F&& fail) {
  const std::vector<Tensor> before = model.get_weights();
  fail();
  const std::vector<Tensor> after = model.get_weights();
  for (std::size_t i = 0; i < before.size(); ++i) CHECK(ops::array_equal(before[i], after[i]));
}

}  // namespace

TEST_CASE("load_model: each hostile file is refused, and the error names the culprit") {
  for (const HostileFile& hostile : files_for(HostileUse::model)) {
    CAPTURE(hostile.kind);
    refuses(hostile.file.bytes, hostile.error);
  }
  CHECK_THROWS_AS(load_model("/nowhere/model.keras"), FileError);
}

TEST_CASE("load_model: files of Keras with what there is not here") {
  refuses(keras_file("refused_pooling"), "AdaptiveMaxPooling2D");
  refuses(keras_file("refused_layer"), "Scale");
}

TEST_CASE("load_weights: each hostile file is refused, and the model stays as it was") {
  const auto model = dense();
  for (const HostileFile& hostile : files_for(HostileUse::weights)) {
    CAPTURE(hostile.kind);
    const TemporaryFolder folder;
    const std::string path = written(folder, hostile);
    check_unchanged(*model, [&] {
      const std::string error = message_of<FileError>([&] { model->load_weights(path); });
      CAPTURE(error);
      CHECK(error.find(hostile.error) != std::string::npos);
    });
  }
}

TEST_CASE("BackupAndRestore: each hostile backup is refused before training, and the model stays as it was") {
  const auto model = dense();
  for (const HostileFile& hostile : files_for(HostileUse::checkpoint)) {
    CAPTURE(hostile.kind);
    const TemporaryFolder folder;
    written(folder, hostile);
    callbacks::BackupAndRestore backup(folder.path(""));
    check_unchanged(*model, [&] {
      const std::string error = message_of<FileError>([&] {
        model->fit(Tensor::zeros({1, 3}), Tensor::zeros({1, 1}), {.callbacks = {backup}});
      });
      CAPTURE(error);
      CHECK(error.find(hostile.error) != std::string::npos);
    });
    CHECK(folder.size() == 1);
  }
}

TEST_CASE("load_model: a folder whose members are missing, or no files") {
  const TemporaryFolder folder;
  const auto error = [&] { return message_of<FileError>([&] { load_model(folder.path("")); }); };
  CHECK(error().find("config.json") != std::string::npos);
  REQUIRE(::mkfifo(folder.path("config.json").c_str(), 0600) == 0);  // reading which would wait for ever
  CHECK(error().find("expected a file") != std::string::npos);
  std::filesystem::remove(folder.path("config.json"));
  folder.write("config.json", members_of("dense").config);
  CHECK(error().find("model.weights.h5") != std::string::npos);
  folder.write("model.weights.h5", members_of("dense").weights.substr(0, 5000));
  CHECK(error().find("cut off") != std::string::npos);
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
