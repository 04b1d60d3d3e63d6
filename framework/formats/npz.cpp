#include <cornu/framework/formats/npz.hpp>

#include <algorithm>
#include <deque>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/formats/mapped_file.hpp>
#include <cornu/framework/formats/npy_start.hpp>
#include <cornu/framework/formats/zip/reader.hpp>
#include <cornu/framework/formats/zip/stream.hpp>
#include <cornu/framework/formats/zip/writer.hpp>
#include <cornu/framework/tensor/storage.hpp>

namespace cornu {

namespace {

constexpr std::string_view suffix = ".npy";

// What the errors of the layers below name as their place.
const std::string reading = "read_npz", writing = "write_npz";

std::string place_of(const formats::ZipReader& archive, const formats::ZipMember& member) {
  return archive.file() + "/" + member.name;
}

std::string array_name(std::string_view member) {
  return std::string(member.ends_with(suffix) ? member.substr(0, member.size() - suffix.size()) : member);
}

enum class Source { memory, mapped_file };

Tensor copy_array(const formats::ZipReader& archive, const formats::ZipMember& member, Source source) {
  formats::ZipStream stream(archive, member, source == Source::mapped_file);
  const std::string place = place_of(archive, member);
  const auto read_next = [&](std::span<std::byte> to) { stream.read(to); };
  const detail::NpyStart start = detail::read_npy_start(place, member.size, read_next);
  return detail::read_npy_elements(place, start, [&](std::span<std::byte> to) {
    stream.read(to);
    stream.finish();
  });
}

Tensor map_array(const formats::ZipReader& archive, const formats::ZipMember& member, const formats::SharedFile& file) {
  if (member.method != formats::ZipMethod::stored) return copy_array(archive, member, Source::mapped_file);
  const std::string place = place_of(archive, member);
  std::span<const std::byte> content = archive.packed(member);
  const detail::NpyStart start = detail::read_npy_start(place, member.size, [&](std::span<std::byte> to) {
    std::copy_n(content.begin(), to.size(), to.begin());
    content = content.subspan(to.size());
  });
  const std::size_t offset = member.offset + start.begin;
  const bool fits =
      start.bytes > 0 && start.layout.is_stored_as_read() && offset % formats::size_of(start.layout.type) == 0;
  if (!fits) return copy_array(archive, member, Source::mapped_file);
  Tensor tensor = formats::tensor_in(file, offset, start.layout.shape, formats::dtype_for(start.layout.type));
  detail::require_bools(place, tensor);
  return tensor;
}

template <class F>
NamedTensors read_arrays(std::span<const std::byte> bytes, const std::string& name, const ReadNpzOptions& options,
                         F read_array) {
  const formats::ZipReader archive(bytes, name, {.ratio = options.max_ratio});
  NamedTensors tensors;
  for (const formats::ZipMember& member : archive.members()) {
    const std::string array = array_name(member.name);
    if (tensors.contains(array)) archive.refuse(member.name, "two arrays have this name");
    tensors.add(array, read_array(archive, member));
  }
  return tensors;
}

}  // namespace

NamedTensors read_npz(const std::string& path, const ReadNpzOptions& options) {
  const ErrorScope scope(reading);
  const auto file = std::make_shared<const formats::MappedFile>(path);
  return read_arrays(file->bytes(), path, options, [&](const auto& archive, const auto& member) {
    return options.memory_map ? map_array(archive, member, file) : copy_array(archive, member, Source::mapped_file);
  });
}

NamedTensors read_npz(std::span<const std::byte> archive, const std::string& name, const ReadNpzOptions& options) {
  const ErrorScope scope(reading);
  return read_arrays(archive, name, options,
                     [](const auto& reader, const auto& member) { return copy_array(reader, member, Source::memory); });
}

void write_npz(const std::string& path, const NamedTensors& tensors, const WriteNpzOptions& options) {
  const ErrorScope scope(writing);
  std::deque<std::string> starts;  // which stay where they are
  std::vector<formats::ZipEntry> entries;
  for (const auto& [name, tensor] : tensors) {
    const std::size_t bytes = tensor.nbytes();  // throws for a symbolic tensor
    starts.push_back(detail::npy_start_of(tensor));
    entries.push_back({.name = name + std::string(suffix),
                       .parts = {formats::as_part(starts.back()), {tensor.identity()->storage->bytes, bytes}},
                       .deflated = options.compressed,
                       .modified = {},
                       .alignment = 64});
  }
  formats::write_zip(path, entries);
}

}  // namespace cornu
