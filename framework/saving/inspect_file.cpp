#include <cornu/framework/saving/inspect_file.hpp>

#include <fmt/format.h>

#include <filesystem>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/formats/looks_like.hpp>
#include <cornu/framework/formats/zip/reader.hpp>
#include <cornu/framework/saving/keras_archive.hpp>
#include <cornu/framework/saving/load_model.hpp>
#include <cornu/framework/saving/weight_source.hpp>

namespace cornu {

namespace {

using formats::Hdf5Object;

void add_weights(const Hdf5Object& root, std::string& text) {
  std::vector<Hdf5Object> open{root};
  while (!open.empty()) {
    const Hdf5Object object = std::move(open.back());
    open.pop_back();
    if (object.is_dataset()) {
      const formats::Hdf5Dataset dataset = object.dataset();
      text += fmt::format("  {:<60} {:<9} {}\n", object.path(), name_of(dataset.type()), dataset.shape());
    }
    const std::vector<Hdf5Object> children = object.children();
    open.insert(open.end(), children.rbegin(), children.rend());
  }
}

void add_members(const std::string& path, std::string& text) {
  const formats::MappedFile file(path);
  const formats::ZipReader zip(file.bytes(), path);
  for (const formats::ZipMember& member : zip.members())
    text += fmt::format("  {:<60} {:>12} bytes{}\n", member.name, member.size,
                        member.method == formats::ZipMethod::stored ? "" : ", compressed");
}

// What loading says: nothing, a line for each difference, or the error.
void add_differences(const std::string& path, std::string& text) {
  LoadReport report;
  try {
    load_model(path, {.report = &report});
    text += report.empty() ? "taken as it is\n" : "not taken as it is:\n";
    for (const std::string& line : report.lines()) text += fmt::format("  {}\n", line);
  } catch (const Error& error) {
    text += fmt::format("cannot be loaded:\n  {}\n", error.what());
  }
}

bool is_hdf5(const std::string& path) {
  std::error_code ignored;
  return !std::filesystem::is_directory(path, ignored) &&
         formats::looks_like(formats::MappedFile(path).bytes()) == "an HDF5 file";
}

// Weights alone, or a whole model in the older form.
std::string inspect_hdf5(const std::string& path) {
  const detail::WeightSource source = detail::WeightSource::open(path);
  std::string text = "weights:\n";
  bool is_model = false;
  for (const Hdf5Object& root : source.roots()) {
    add_weights(root, text);
    is_model = is_model || root.has_attribute("model_config");
  }
  if (is_model) add_differences(path, text);
  return text;
}

}  // namespace

std::string inspect_file(const std::string& path) {
  if (path.ends_with(".json") || is_hdf5(path)) return inspect_hdf5(path);
  std::string text;
  const detail::KerasArchive archive = detail::KerasArchive::open(path);
  if (archive.is_zip()) {
    text += "members:\n";
    add_members(path, text);
  }
  text += "weights:\n";
  add_weights(formats::Hdf5File(archive.weights(), archive.weights_name()).root(), text);
  add_differences(path, text);
  return text;
}

}  // namespace cornu
