#include <cornu/framework/command/data.hpp>

#include <fmt/core.h>

#include <algorithm>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/files.hpp>
#include <cornu/framework/base/read_number.hpp>
#include <cornu/framework/base/shown.hpp>
#include <cornu/framework/formats/npy.hpp>
#include <cornu/framework/formats/npz.hpp>
#include <cornu/framework/text/lines.hpp>

namespace cornu::command {

namespace {

[[noreturn]] void refuse(const std::string& path, std::size_t line, const std::string& what) {
  throw FileError("cornu", fmt::format("'{}', line {}: {}", path, line, what));
}

float number_in(std::string_view cell, const std::string& path, std::size_t line) {
  if (const auto number = read_number<float>(cell)) return *number;
  refuse(path, line, fmt::format("got '{}'; expected a finite number", shown(cell, 40)));
}

Tensor read_table(const std::string& path, char separator) {
  const std::string text = read_text(path);
  std::vector<float> numbers;
  std::int64_t rows = 0, columns = 0;
  text::for_each_line(text, [&](std::string_view line, std::size_t number) {
    if (text::is_blank(line)) return;
    std::int64_t cells = 0;
    for (bool more = true; more; ++cells) {
      const std::size_t end = line.find(separator);
      numbers.push_back(number_in(line.substr(0, end), path, number));
      more = end != std::string_view::npos;
      if (more) line.remove_prefix(end + 1);
    }
    if (rows++ == 0) columns = cells;
    if (cells != columns)
      refuse(path, number, fmt::format("got {} numbers; expected {}, as in the first line", cells, columns));
  });
  if (rows == 0) throw FileError("cornu", fmt::format("'{}' has no lines; expected rows of numbers", path));
  Tensor table = Tensor::uninitialized({rows, columns}, float32);
  std::copy(numbers.begin(), numbers.end(), table.mutable_data<float>());
  return table;
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
