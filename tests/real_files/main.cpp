// real_files CASES CACHE: see tests/real_files/run.
#include <fmt/core.h>
#include <fmt/ranges.h>

#include <cstdio>
#include <exception>
#include <memory>
#include <set>
#include <string>

#include <cornu/framework/activations/keras2.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/files.hpp>
#include <cornu/framework/formats/json/parse.hpp>
#include <cornu/framework/formats/npy.hpp>
#include <cornu/framework/model/sequential.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/registry/config_view.hpp>
#include <cornu/framework/saving/load_model.hpp>
#include <cornu/layers/activations/relu.hpp>
#include <cornu/layers/convolutional/conv.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/layers/normalization/batch_normalization.hpp>
#include <cornu/layers/pooling/global_pooling.hpp>
#include <cornu/layers/pooling/pooling.hpp>
#include <cornu/layers/recurrent/bidirectional.hpp>
#include <cornu/layers/recurrent/gru.hpp>
#include <cornu/layers/recurrent/lstm.hpp>
#include <cornu/layers/recurrent/time_distributed.hpp>

using namespace cornu;

namespace {

struct Folders {
  std::string cases, cache;
};

Tensor array_of(const Folders& folders, const std::string& id, const std::string& what) {
  return read_npy(fmt::format("{}/io/{}.{}.npy", folders.cases, id, what));
}

// chars2vec's encoder, which its authors make in code: two LSTMs of the activations that Keras 2 had.
std::unique_ptr<Model> encoder(std::int64_t units, std::int64_t characters) {
  const auto lstm = [&](bool sequences, const char* name) {
    return std::make_shared<layers::LSTM>(
        units,
        layers::LSTMOptions{
            .recurrent_activation = activations::keras2_hard_sigmoid, .return_sequences = sequences, .name = name});
  };
  auto model = std::make_unique<Sequential>();
  model->add(lstm(true, "lstm_1"));
  model->add(lstm(false, "lstm_2"));
  model->build({None, None, characters});
  return model;
}

// microfaune's detector of bird calls, likewise; its first output is the largest of this one.
std::unique_ptr<Model> detector(bool reset_after) {
  auto model = std::make_unique<Sequential>();
  const auto gru = [&] {
    return layers::Bidirectional(layers::GRU(64, {.return_sequences = true, .reset_after = reset_after}));
  };
  for (int i = 0; i < 6; ++i) {
    model->add(layers::Conv2D(64, 3, {.padding = "same"}));
    model->add(layers::BatchNormalization());
    model->add(layers::ReLU());
    if (i % 2 == 1) model->add(layers::MaxPooling2D({1, 2}));
  }
  model->add(layers::TimeDistributed(layers::GlobalMaxPooling1D()));
  model->add(gru());
  model->add(gru());
  model->add(layers::TimeDistributed(layers::Dense(64, "sigmoid")));
  model->add(layers::TimeDistributed(layers::Dense(1, "sigmoid")));
  model->build({None, None, 40, 1});
  return model;
}

std::unique_ptr<Model> made_in_code(const ConfigView& recipe, const Tensor& x) {
  const std::string build = recipe.get("build", "");
  if (build == "chars2vec") return encoder(recipe.at("units").as_int(), x.shape().back());
  if (build == "microfaune") return detector(recipe.at("reset_after").as_bool());
  throw ValueError("real_files", fmt::format("weights alone of a model that is not made here; got '{}'", build));
}

std::unique_ptr<Model> model_of(const ConfigView& one, const std::string& path, const Tensor& x) {
  if (one.at("kind").as_string() != "keras-h5-weights") return load_model(path, {.compile = false});
  auto model = made_in_code(one.at("recipe"), x);
  model->load_weights(path);
  return model;
}

// "Conv1D, MaxPooling1D" of an error that lists what is not here, or its first line.
std::string shortened(const std::string& error) {
  std::set<std::string> missing;
  const std::string start = "cornu has no layer '";
  for (std::size_t at = 0; (at = error.find(start, at)) != std::string::npos;) {
    at += start.size();
    missing.insert(error.substr(at, error.find('\'', at) - at));
  }
  return missing.empty() ? error.substr(0, error.find('\n'))
                         : fmt::format("these layers are missing: {}", fmt::join(missing, ", "));
}

std::string outcome(const ConfigView& one, const Folders& folders, bool& differs) {
  const std::string &id = one.at("id").as_string(), path = folders.cache + "/" + one.at("path").as_string();
  const std::string& reference = one.at("expected").at("reference").as_string();
  try {
    const Tensor x = array_of(folders, id, "in0"), expected = array_of(folders, id, reference + ".out0");
    const Tensor y = model_of(one, path, x)->predict(x);
    if (y.shape() != expected.shape()) throw ShapeError("real_files", fmt::format("got {}", y.shape()));
    const double worst = ops::max(ops::abs(y - expected.astype(y.dtype()))).item<double>();
    differs = !(worst < 1e-5);
    return fmt::format("{} (largest difference {:.1e} from {})", differs ? "DIFFERS" : "equal", worst, reference);
  } catch (const Error& error) {
    return fmt::format("refused: {}", shortened(error.what()));
  }
}

int run(const Folders& folders) {
  const std::string path = folders.cases + "/cases.json";
  const Config cases = formats::parse_json(read_text_file(path), path);
  int differences = 0, files = 0;
  for (const ConfigView& one : ConfigView(cases, "real_files", path, "cases").at("cases").items()) {
    if (!one.at("kind").as_string().starts_with("keras")) continue;
    bool differs = false;
    fmt::print("{:<24} {}\n", one.at("id").as_string(), outcome(one, folders, differs));
    differences += differs;
    ++files;
  }
  fmt::print("{} files, {} of them with other numbers\n", files, differences);
  return differences == 0 && files > 0 ? 0 : 1;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) {
    std::puts("real_files CASES CACHE: what published files of Keras give; see tests/real_files/run --help");
    return 2;
  }
  try {
    return run({arguments[1], arguments[2]});
  } catch (const std::exception& error) {
    std::fputs(error.what(), stderr);
    return 1;
  }
}
