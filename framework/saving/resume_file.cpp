#include <cornu/framework/saving/resume_file.hpp>

#include <fmt/core.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/saving/saved_layers.hpp>
#include <cornu/framework/tensor/random.hpp>

namespace cornu::detail {

using formats::Hdf5Object;

namespace {

constexpr std::int64_t format = 1;

std::string layer_group(const SavedLayer& saved) { return "layers" + saved.path + "/state"; }
std::string rows_group(std::size_t weight) { return fmt::format("rows/{}", weight); }

void write(formats::Hdf5Writer& writer, const std::string& group, const std::vector<Tensor>& tensors) {
  for (std::size_t i = 0; i < tensors.size(); ++i)
    writer.add_dataset(fmt::format("/cornu/{}/{}", group, i), tensors[i]);
}

std::vector<Tensor> read(const Hdf5Object& root, const std::string& group) {
  std::vector<Tensor> tensors;
  const auto found = root.find(group);
  const std::size_t count = found ? found->children().size() : 0;
  for (std::size_t i = 0; i < count; ++i) tensors.push_back(found->at(std::to_string(i)).dataset().read());
  return tensors;
}

void restore(const Hdf5Object& root, Model& model) {
  for (const SavedLayer& saved : saved_layers(model))
    if (const std::vector<Tensor> state = read(root, layer_group(saved)); !state.empty())
      const_cast<LayerBase*>(saved.layer)->set_state(state);
  if (model.is_compiled() && model.optimizer().built()) {
    const std::vector<Variable> weights = model.trainable_weights();
    for (std::size_t i = 0; i < weights.size(); ++i)
      model.optimizer().restore_row_state(weights[i], read(root, rows_group(i)));
  }
  if (const auto state = root.find("random")) random::set_state(state->dataset().read());
}

}  // namespace

void write_resume_state(formats::Hdf5Writer& writer, const Model& model) {
  writer.add_group("/cornu");
  writer.set_attribute("/cornu", "format", format);
  writer.add_dataset("/cornu/random", random::state());
  for (const SavedLayer& saved : saved_layers(model)) write(writer, layer_group(saved), saved.layer->state());
  if (!model.is_compiled()) return;
  const std::vector<Variable> weights = model.trainable_weights();
  for (std::size_t i = 0; i < weights.size(); ++i)
    write(writer, rows_group(i), model.optimizer().row_state(weights[i]));
}

void write_training_state(formats::Hdf5Writer& writer, const TrainingState& state) {
  writer.set_attribute("/cornu", "next_epoch", state.next_epoch);
  writer.set_attribute("/cornu", "is_stopped", std::int64_t{state.is_stopped});
  for (const auto& [name, tensors] : state.callbacks) write(writer, "callbacks/" + name, tensors);
}

std::optional<TrainingState> read_training_state(const Hdf5Object& group) {
  const auto epoch = group.integer_attribute("next_epoch");
  if (!epoch || *epoch < 0) return std::nullopt;
  TrainingState state{.next_epoch = *epoch, .is_stopped = group.integer_attribute("is_stopped").value_or(0) != 0};
  if (const auto callbacks = group.find("callbacks"))
    for (const Hdf5Object& callback : callbacks->children())
      state.callbacks[callback.name()] = read(*callbacks, callback.name());
  return state;
}

void read_resume_state(const std::optional<Hdf5Object>& group, Model& model, LoadReport& report) {
  if (!group) return;
  if (group->integer_attribute("format").value_or(0) != format) {
    report.add("/cornu", "the state for an exact continuation is of another version of cornu; it is left out");
    return;
  }
  try {
    restore(*group, model);
  } catch (const FileError&) {
    throw;  // which names the place itself
  } catch (const Error& error) {
    throw FileError("load_model", fmt::format("the group /cornu of the file is damaged: {}", error.what()));
  }
}

}  // namespace cornu::detail
