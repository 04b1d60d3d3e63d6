#include <cornu/framework/formats/safetensors.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <memory>
#include <string_view>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/files.hpp>
#include <cornu/framework/base/shown.hpp>
#include <cornu/framework/base/utf8.hpp>
#include <cornu/framework/formats/input_file.hpp>
#include <cornu/framework/formats/little_endian.hpp>
#include <cornu/framework/formats/mapped_file.hpp>
#include <cornu/framework/formats/safetensors_header.hpp>
#include <cornu/framework/formats/small_floats.hpp>
#include <cornu/framework/tensor/storage.hpp>

namespace cornu {

namespace {

using formats::SafetensorsEntry;
using formats::SafetensorsHeader;
using formats::StoredNumber;

static_assert(std::endian::native == std::endian::little, "the files hold little-endian numbers");

const std::string reading = "read_safetensors", writing = "write_safetensors";

// Bytes of the file, from wherever it is read.
using ReadAt = std::function<void(std::span<std::byte> to, std::size_t offset)>;

struct Source {
  std::string name;
  std::size_t size;
  ReadAt read;
};

struct Opened {
  SafetensorsHeader header;
  std::size_t elements;  // where they begin
};

Opened open(const Source& source) {
  if (source.size < formats::safetensors_front)
    throw FileError("read_safetensors", fmt::format("'{}': too short for a safetensors file", source.name));
  std::array<std::byte, formats::safetensors_front> front{};
  source.read(front, 0);
  const std::size_t length =
      formats::safetensors_header_length(source.name, formats::load<std::uint64_t>(front, 0), source.size);
  std::string text(length, ' ');
  source.read(std::as_writable_bytes(std::span(text)), front.size());
  const std::size_t elements = front.size() + length;
  return {formats::parse_safetensors_header(source.name, text, source.size - elements), elements};
}

[[noreturn]] void refuse(const std::string& file, const std::string& tensor, std::string_view message) {
  throw FileError("read_safetensors", fmt::format("'{}', '{}': {}", file, shown(tensor), message));
}

void require_bools(const std::string& file, const SafetensorsEntry& entry, const Tensor& tensor) {
  if (entry.type == StoredNumber::boolean && !formats::are_bools(tensor))
    refuse(file, entry.name, "a bool that is neither 0 nor 1");
}

// Reads the elements of a tensor in blocks.
void convert_elements(const Source& source, const SafetensorsEntry& entry, std::size_t at, Tensor& to) {
  const std::size_t size = formats::size_of(entry.type);
  std::vector<std::byte> block(std::min((std::size_t{1} << 16) * size, entry.end - entry.begin));
  for (std::size_t done = 0, end = entry.end - entry.begin; done < end; done += block.size()) {
    const std::span<std::byte> part = std::span(block).first(std::min(block.size(), end - done));
    source.read(part, at + done);
    if (const auto misfit = formats::convert_numbers(entry.type, part, to, done / size))
      refuse(source.name, entry.name, fmt::format("the number {} does not fit into int64", *misfit));
  }
}

Tensor read_tensor(const Source& source, const SafetensorsEntry& entry, std::size_t elements) {
  const std::size_t at = elements + entry.begin;
  Tensor tensor = Tensor::uninitialized(entry.shape, formats::dtype_for(entry.type));
  if (!formats::is_stored_as_read(entry.type)) {
    convert_elements(source, entry, at, tensor);
    return tensor;
  }
  const std::span<std::byte> bytes(tensor.identity()->storage->bytes, entry.end - entry.begin);
  source.read(bytes, at);
  require_bools(source.name, entry, tensor);
  return tensor;
}

Tensor map_tensor(const Source& source, const SafetensorsEntry& entry, std::size_t elements,
                  const formats::SharedFile& file) {
  const std::size_t at = elements + entry.begin;
  if (!formats::is_stored_as_read(entry.type) || entry.begin == entry.end || at % formats::size_of(entry.type) != 0)
    return read_tensor(source, entry, elements);
  Tensor tensor = formats::tensor_in(file, at, entry.shape, formats::dtype_for(entry.type));
  require_bools(source.name, entry, tensor);
  return tensor;
}

template <class F>
NamedTensors read_all(const Source& source, F&& read_one) {
  const auto [header, elements] = open(source);
  NamedTensors tensors;
  for (const SafetensorsEntry& entry : header.entries) tensors.add(entry.name, read_one(entry, elements));
  return tensors;
}

Source source_of(std::span<const std::byte> bytes, const std::string& name) {
  return {name, bytes.size(), [bytes](std::span<std::byte> to, std::size_t offset) {
            std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(offset), to.size(), to.begin());
          }};
}

// `file` must outlive it.
Source source_of(const formats::InputFile& file) {
  return {file.path(), file.size(),
          [&file](std::span<std::byte> to, std::size_t offset) { file.read(to.data(), to.size(), offset); }};
}

StoredNumber type_for(DType dtype, StoredFloat floats) {
  switch (dtype) {
    case DType::float32:
      return floats == StoredFloat::float16    ? StoredNumber::f16
             : floats == StoredFloat::bfloat16 ? StoredNumber::bf16
                                               : StoredNumber::f32;
    case DType::float64:
      return StoredNumber::f64;
    case DType::int32:
      return StoredNumber::i32;
    case DType::int64:
      return StoredNumber::i64;
    case DType::boolean:
      break;
  }
  return StoredNumber::boolean;
}

void require_text(std::string_view what, const std::string& text) {
  if (find_invalid_utf8(text) != std::string_view::npos)
    throw ValueError("write_safetensors", fmt::format("{} is not UTF-8; got '{}'", what, shown(text)));
}

void require_metadata(const SafetensorsMetadata& metadata) {
  std::vector<std::string> keys;
  for (const auto& [key, text] : metadata) {
    require_text("a key of metadata", key);
    require_text("metadata", text);
    keys.push_back(key);
  }
  std::sort(keys.begin(), keys.end());
  if (const auto twice = std::adjacent_find(keys.begin(), keys.end()); twice != keys.end())
    throw ValueError("write_safetensors", fmt::format("metadata has two texts for '{}'", shown(*twice)));
}

// A tensor and where it goes.
struct Placed {
  SafetensorsEntry entry;
  Tensor tensor;
};

std::vector<Placed> placed(const NamedTensors& tensors, StoredFloat floats) {
  std::vector<Placed> all;
  for (const auto& [name, tensor] : tensors) {
    static_cast<void>(tensor.nbytes());  // throws for a symbolic tensor
    require_text("the name of a tensor", name);
    if (name == "__metadata__") throw ValueError("write_safetensors", "a tensor is named '__metadata__'");
    all.push_back({{name, type_for(tensor.dtype(), floats), tensor.shape()}, tensor});
  }
  std::sort(all.begin(), all.end(), [](const Placed& a, const Placed& b) {
    const std::size_t width_a = formats::size_of(a.entry.type), width_b = formats::size_of(b.entry.type);
    return width_a != width_b ? width_a > width_b : a.entry.name < b.entry.name;
  });
  std::size_t end = 0;
  for (auto& [entry, tensor] : all) {
    entry.begin = end;
    end += static_cast<std::size_t>(tensor.size()) * formats::size_of(entry.type);
    entry.end = end;
  }
  return all;
}

std::uint16_t narrowed(float value, const SafetensorsEntry& entry) {
  const bool is_half = entry.type == StoredNumber::f16;
  const std::uint16_t bits = is_half ? formats::half_of_float(value) : formats::bfloat16_of_float(value);
  const float stored = is_half ? formats::float_of_half(bits) : formats::float_of_bfloat16(bits);
  if (std::isfinite(value) && !std::isfinite(stored))
    throw ValueError("write_safetensors",
                     fmt::format("'{}': the number {} is too large for {}; scale the tensor or store it as float32",
                                 shown(entry.name), value, formats::name_of(entry.type)));
  return bits;
}

// 16-bit numbers, in blocks.
void write_narrowed(const WriteAt& write, std::uint64_t offset, const Placed& item) {
  std::span<const float> left = item.tensor.values<float>();
  std::vector<std::uint16_t> block;
  while (!left.empty()) {
    const auto part = left.first(std::min<std::size_t>(left.size(), std::size_t{1} << 16));
    block.clear();
    for (const float value : part) block.push_back(narrowed(value, item.entry));
    write(offset, std::as_bytes(std::span(block)));
    offset += 2 * part.size();
    left = left.subspan(part.size());
  }
}

}  // namespace

NamedTensors read_safetensors(const std::string& path, const ReadSafetensorsOptions& options) {
  const ErrorScope scope(reading);
  const formats::InputFile file("read_safetensors", path);
  const Source source = source_of(file);
  if (!options.memory_map)
    return read_all(source,
                    [&](const auto& entry, std::size_t elements) { return read_tensor(source, entry, elements); });
  const auto mapped = std::make_shared<const formats::MappedFile>(path);
  if (mapped->bytes().size() != file.size()) file.refuse("it was changed while it was opened");
  return read_all(source,
                  [&](const auto& entry, std::size_t elements) { return map_tensor(source, entry, elements, mapped); });
}

NamedTensors read_safetensors(std::span<const std::byte> bytes, const std::string& name) {
  const ErrorScope scope(reading);
  const Source source = source_of(bytes, name);
  return read_all(source,
                  [&](const auto& entry, std::size_t elements) { return read_tensor(source, entry, elements); });
}

SafetensorsMetadata read_safetensors_metadata(const std::string& path) {
  const ErrorScope scope(reading);
  const formats::InputFile file("read_safetensors", path);
  return open(source_of(file)).header.metadata;
}

void write_safetensors(const std::string& path, const NamedTensors& tensors, const WriteSafetensorsOptions& options) {
  const ErrorScope scope(writing);
  require_metadata(options.metadata);
  const std::vector<Placed> items = placed(tensors, options.floats);
  SafetensorsHeader header{{}, options.metadata};
  for (const Placed& item : items) header.entries.push_back(item.entry);
  const std::string front = formats::format_safetensors_header(header);
  make_whole_file(path, [&](const WriteAt& write) {
    write(0, std::as_bytes(std::span(front)));
    for (const Placed& item : items) {
      const std::uint64_t offset = front.size() + item.entry.begin;
      if (item.entry.type == StoredNumber::f16 || item.entry.type == StoredNumber::bf16)
        write_narrowed(write, offset, item);
      else if (item.entry.begin != item.entry.end)
        write(offset, {item.tensor.identity()->storage->bytes, item.entry.end - item.entry.begin});
    }
  });
}

}  // namespace cornu
