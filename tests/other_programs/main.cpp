// other_programs FOLDER: reads what other programs wrote into FOLDER/theirs and writes it again into FOLDER/ours, in
// every format that there is for it. tests/other_programs/run holds those programs to it.
#include <fmt/core.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <cornu/cornu.hpp>

using namespace cornu;
namespace fs = std::filesystem;

namespace {

std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) files.push_back(entry.path());
  return files;
}

// What is refused leaves the error in a file.
void attempt(const fs::path& error_file, const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    std::ofstream(error_file) << error.what();
  }
}

void pass_vectors(const fs::path& from, const fs::path& to) {
  using explore::VectorFormat;
  for (const fs::path& file : files_in(from)) {
    const explore::EmbeddingTable table = explore::read_vectors(file.string());
    const auto write = [&](const char* suffix, VectorFormat format) {
      explore::write_vectors((to / file.filename()).string() + suffix, table, {.format = format});
    };
    write(".bin", VectorFormat::word2vec_binary);
    write(".vec", VectorFormat::word2vec_text);
    write(".glove", VectorFormat::glove);
  }
}

void pass_arrays(const fs::path& from, const fs::path& to) {
  for (const fs::path& file : files_in(from))
    for (const bool memory_map : {false, true}) {
      const std::string name = (to / file.stem()).string() + (memory_map ? ".mapped" : ".copied");
      attempt(name + ".error", [&] {
        const NamedTensors arrays = read_npz(file.string(), {.memory_map = memory_map});
        write_npz(name + ".stored.npz", arrays);
        write_npz(name + ".deflated.npz", arrays, {.compressed = true});
      });
    }
}

void pass_safetensors(const fs::path& from, const fs::path& to) {
  for (const fs::path& file : files_in(from)) {
    const std::string name = (to / file.stem()).string();
    attempt(name + ".error", [&] {
      const NamedTensors tensors = read_safetensors(file.string());
      const SafetensorsMetadata metadata = read_safetensors_metadata(file.string());
      write_safetensors(name + ".float32", tensors, {.metadata = metadata});
      write_safetensors(name + ".bfloat16", tensors, {.floats = StoredFloat::bfloat16});
      write_safetensors(name + ".float16", tensors, {.floats = StoredFloat::float16});
    });
  }
}

std::int64_t units_of(const NamedTensors& state) { return state["encoder.weight_hh_l0"].dim(1); }

// Embedding, one or two recurrent layers, one way or both, Dense: as files.py makes it in PyTorch.
template <class Recurrent>
Sequential text_model(const NamedTensors& state) {
  const Tensor& table = state["table.weight"];
  const bool is_deep = state.contains("encoder.weight_ih_l1"),
             goes_both_ways = state.contains("encoder.weight_hh_l0_reverse"),
             has_bias = state.contains("encoder.bias_hh_l0");
  Sequential model;
  model.add(layers::Embedding(table.dim(0), table.dim(1), {.name = "table"}));
  for (const std::string name : {"encoder", "second"}) {
    if (name == "second" && !is_deep) break;
    Recurrent layer(units_of(state), {.use_bias = has_bias, .return_sequences = true, .name = name});
    if (goes_both_ways)
      model.add(layers::Bidirectional(std::move(layer), {.name = name}));
    else
      model.add(std::move(layer));
  }
  model.add(layers::Dense(state["head.weight"].dim(0), {.use_bias = state.contains("head.bias"), .name = "head"}));
  return model;
}

void compute(const fs::path& folder, const fs::path& to) {
  const NamedTensors state = read_safetensors((folder / "state.safetensors").string());
  const Tensor ids = read_npz((folder / "ids.npz").string())["ids"];
  const bool is_lstm = state["encoder.weight_hh_l0"].dim(0) == 4 * units_of(state);
  Sequential model = is_lstm ? text_model<layers::LSTM>(state) : text_model<layers::GRU>(state);
  model.build(ids.shape());
  TorchModules modules;
  if (state.contains("encoder.weight_ih_l1")) modules.emplace_back("second", TorchModule("encoder", 1));
  load_torch_weights(model, state, modules);
  write_npz((to / folder.filename()).string() + ".npz", {{"y", model.predict(ids, {.verbose = 0})}});
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return fmt::print(stderr, "usage: other_programs FOLDER\n"), 2;
  const fs::path theirs = fs::path(argv[1]) / "theirs", ours = fs::path(argv[1]) / "ours";
  for (const char* const kind : {"vectors", "arrays", "safetensors", "torch"}) fs::create_directories(ours / kind);
  pass_vectors(theirs / "vectors", ours / "vectors");
  pass_arrays(theirs / "arrays", ours / "arrays");
  pass_safetensors(theirs / "safetensors", ours / "safetensors");
  for (const fs::path& folder : files_in(theirs / "torch")) compute(folder, ours / "torch");
}
