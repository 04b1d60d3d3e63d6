#include <cornu/framework/command/data.hpp>

#include <fmt/core.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/files.hpp>
#include <cornu/framework/data/read_csv.hpp>
#include <cornu/framework/formats/npy.hpp>
#include <cornu/framework/formats/npz.hpp>

namespace cornu::command {

namespace {

Tensor read_table(const std::string& path, char separator) {
  static const std::string name = "cornu";
  const ErrorScope scope(name);
  return CsvTable(read_text(path), {.separator = separator, .header = false}, path).numbers();
}

}  // namespace

std::string read_text(const std::string& path) {
  static const std::string name = "cornu";
  const ErrorScope scope(name);
  return read_text_file(path);
}

Tensors read_data(const std::vector<std::string>& paths) {
  Tensors all;
  for (const std::string& path : paths) {
    if (path.ends_with(".npz")) {
      for (const auto& [name, tensor] : read_npz(path)) all.push_back(tensor);
    } else if (path.ends_with(".csv")) {
      all.push_back(read_table(path, ','));
    } else if (path.ends_with(".tsv")) {
      all.push_back(read_table(path, '\t'));
    } else {
      all.push_back(read_npy(path));
    }
  }
  return all;
}

void require_writable_name(const std::string& path, std::size_t tensors) {
  const char* const ending = tensors == 1 ? ".npy" : ".npz";
  if (!path.ends_with(ending))
    throw ValueError("cornu", fmt::format("--out '{}' cannot hold {} outputs; expected a name that ends with {}", path,
                                          tensors, ending));
}

void write_data(const std::string& path, const Tensors& tensors) {
  require_writable_name(path, tensors.size());
  if (tensors.size() == 1) return write_npy(path, tensors[0]);
  NamedTensors named;
  for (std::size_t i = 0; i < tensors.size(); ++i) named.add(fmt::format("output_{}", i), tensors[i]);
  write_npz(path, named);
}

}  // namespace cornu::command
