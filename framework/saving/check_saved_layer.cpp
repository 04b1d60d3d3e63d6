#include <cornu/framework/saving/check_saved_layer.hpp>

#include <fmt/core.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <system_error>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/same_layer.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/saving/load_model.hpp>
#include <cornu/framework/tensor/random.hpp>

namespace cornu {

namespace {

constexpr std::uint64_t seed = 20240302;

class TemporaryFolder {
 public:
  TemporaryFolder() : path_((std::filesystem::temp_directory_path() / "cornu-XXXXXX").string()) {
    if (!mkdtemp(path_.data()))
      throw FileError("check_saved_layer", fmt::format("no folder could be made at '{}'", path_));
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string path(const char* name) const { return path_ + '/' + name; }

 private:
  std::string path_;
};

SymbolicTensors inputs_like(const Tensors& inputs) {
  SymbolicTensors symbolic;
  for (const Tensor& input : inputs) {
    if (input.rank() == 0)
      throw ShapeError("check_saved_layer", "an input has no batch; got a scalar; expected (batch, …)");
    symbolic.push_back(Input({.shape = input.shape().slice(1, input.rank()), .dtype = input.dtype()}));
  }
  return symbolic;
}

void expect_equal(LayerReport& report, bool equal, const char* failure) {
  ++report.checked;
  if (!equal) report.failures.emplace_back(failure);
}

bool predict_alike(Model& model, Model& loaded, const Tensors& inputs) {
  const Tensors ours = model.predict_all(inputs), theirs = loaded.predict_all(inputs);
  return std::equal(ours.begin(), ours.end(), theirs.begin(), theirs.end(), ops::array_equal);
}

void check_saved(LayerReport& report, const std::shared_ptr<LayerBase>& layer, const Tensors& inputs) {
  const SymbolicTensors symbolic = inputs_like(inputs);
  Model model(symbolic, layer->all_outputs(symbolic));
  layer->set_weights(detail::other_weights(*layer));
  const TemporaryFolder folder;
  model.save(folder.path("model.keras"));
  LoadReport said;
  const auto loaded = load_model(folder.path("model.keras"), {.report = &said});
  for (const std::string& line : said.lines()) report.failures.push_back(fmt::format("file: {}", line));
  expect_equal(report, model.get_config().to_json() == loaded->get_config().to_json(),
               "file: the model comes back with another config");
  expect_equal(report, predict_alike(model, *loaded, inputs), "file: the model that comes back predicts otherwise");
  detail::check_same(report, "file", *layer, loaded->get_layer(layer->name()), inputs);
}

}  // namespace

LayerReport check_saved_layer(const LayerMaker& make, const Tensors& inputs) {
  LayerReport report;
  try {
    random::set_seed(seed);
    check_saved(report, make(), inputs);
  } catch (const Error& error) {
    report.failures.push_back(fmt::format("file: {}", error.what()));
  }
  return report;
}

LayerReport check_saved_layer(const LayerMaker& make, const Shape& input_shape) {
  random::set_seed(seed);
  return check_saved_layer(make, random::normal(input_shape));
}

}  // namespace cornu
