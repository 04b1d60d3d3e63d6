#include <cornu/framework/formats/safetensors_header.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/shown.hpp>
#include <cornu/framework/formats/json/parse.hpp>

namespace cornu::formats {

namespace {

constexpr std::size_t longest_header = 100'000'000;
constexpr std::string_view metadata_key = "__metadata__";

// In the order of StoredNumber.
constexpr std::string_view names[] = {"F16", "BF16", "F32", "F64", "I8",   "I16",     "I32",    "I64",
                                      "U8",  "U16",  "U32", "U64", "BOOL", "F8_E4M3", "F8_E5M2"};

[[noreturn]] void refuse_file(const std::string& file, std::string_view message) {
  throw FileError("read_safetensors", fmt::format("'{}': {}", file, message));
}

/// Reads what the header says of one tensor.
class Entry {
 public:
  Entry(const std::string& file, const std::string& name, const Config& value)
      : file_(file), name_(name), value_(value) {}

  SafetensorsEntry read() const {
    if (!value_.is_object()) refuse("not described by an object; expected dtype, shape and data_offsets");
    SafetensorsEntry entry{name_, type(), shape()};
    std::tie(entry.begin, entry.end) = offsets();
    if (entry.end < entry.begin || entry.end - entry.begin != bytes_of(entry))
      refuse(fmt::format("its bytes are {} … {}; expected {} bytes for {} {}", entry.begin, entry.end, bytes_of(entry),
                         name_of(entry.type), entry.shape));
    return entry;
  }

 private:
  StoredNumber type() const {
    const Config& dtype = value_["dtype"];
    if (!dtype.is_string()) refuse("its dtype is missing");
    const auto* const found = std::find(std::begin(names), std::end(names), dtype.as_string());
    if (found == std::end(names))
      refuse(
          fmt::format("dtype '{}' is not supported; expected F8_E4M3, F8_E5M2, F16, BF16, F32, F64, an integer of 8 to "
                      "64 bits or BOOL",
                      shown(dtype.as_string(), 20)));
    return static_cast<StoredNumber>(found - std::begin(names));
  }
  Shape shape() const {
    const Config& extents = value_["shape"];
    if (!extents.is_list()) refuse("its shape is missing");
    if (extents.as_list().size() > Shape::max_rank) refuse(fmt::format("more than {} axes", Shape::max_rank));
    Shape shape;
    for (const Config& extent : extents.as_list()) shape.push_back(count(extent, "an extent"));
    return shape;
  }
  std::pair<std::size_t, std::size_t> offsets() const {
    const Config& offsets = value_["data_offsets"];
    if (!offsets.is_list() || offsets.as_list().size() != 2) refuse("its data_offsets are missing");
    return {static_cast<std::size_t>(count(offsets.as_list()[0], "an offset")),
            static_cast<std::size_t>(count(offsets.as_list()[1], "an offset"))};
  }
  std::int64_t count(const Config& number, std::string_view what) const {
    if (!number.is_int() || number.as_int() < 0)
      refuse(fmt::format("{} is none; got {}; expected 0 or more", what, shown(number.to_json(), 20)));
    return number.as_int();
  }
  std::size_t bytes_of(const SafetensorsEntry& entry) const {
    std::size_t bytes = 0;
    try {
      if (!__builtin_mul_overflow(static_cast<std::size_t>(entry.shape.size()), formats::size_of(entry.type), &bytes))
        return bytes;
    } catch (const ShapeError&) {  // more elements than can be counted
    }
    refuse(fmt::format("shape {} is larger than any file", entry.shape));
  }
  [[noreturn]] void refuse(std::string_view message) const {
    throw FileError("read_safetensors", fmt::format("'{}', '{}': {}", file_, shown(name_), message));
  }

  const std::string &file_, &name_;
  const Config& value_;
};

SafetensorsMetadata metadata_in(const std::string& file, const Config& texts) {
  SafetensorsMetadata metadata;
  if (texts.is_null()) return metadata;
  if (!texts.is_object()) refuse_file(file, "__metadata__ is not an object");
  for (const auto& [key, text] : texts.as_object()) {
    if (!text.is_string()) refuse_file(file, fmt::format("__metadata__ '{}' is not a text", shown(key)));
    metadata.emplace_back(key, text.as_string());
  }
  return metadata;
}

// Throws unless each byte is that of one tensor.
void require_no_gaps(const std::string& file, const std::vector<SafetensorsEntry>& entries, std::size_t bytes) {
  std::size_t end = 0;
  for (const SafetensorsEntry& entry : entries) {
    if (entry.begin != end)
      refuse_file(file, fmt::format("the tensor '{}' begins at byte {}; expected {}, where the one before it ends",
                                    shown(entry.name), entry.begin, end));
    end = entry.end;
  }
  if (end != bytes)
    refuse_file(file, fmt::format("not as long as it says; got {} bytes of elements; expected {}", bytes, end));
}

Config described(const SafetensorsEntry& entry) {
  const auto offset = [](std::size_t at) { return Config(static_cast<std::int64_t>(at)); };
  return Config::object({{"dtype", std::string(name_of(entry.type))},
                         {"shape", entry.shape},
                         {"data_offsets", Config::list({offset(entry.begin), offset(entry.end)})}});
}

}  // namespace

std::string_view name_of(StoredNumber type) { return names[static_cast<std::size_t>(type)]; }

std::size_t safetensors_header_length(const std::string& file, std::uint64_t length, std::size_t size) {
  if (length > longest_header || length > size - safetensors_front)
    refuse_file(file, fmt::format("not a safetensors file; got a header of {} bytes in a file of {}", length, size));
  return static_cast<std::size_t>(length);
}

SafetensorsHeader parse_safetensors_header(const std::string& file, std::string_view text, std::size_t bytes) {
  if (text.starts_with("\xEF\xBB\xBF")) refuse_file(file, "its header begins with a byte order mark");
  const Config header = parse_json(text, file, {.bytes = longest_header, .depth = 32});
  if (!header.is_object()) refuse_file(file, "its header is not an object");
  SafetensorsHeader result;
  for (const auto& [name, value] : header.as_object())
    if (name == metadata_key)
      result.metadata = metadata_in(file, value);
    else
      result.entries.push_back(Entry(file, name, value).read());
  std::stable_sort(result.entries.begin(), result.entries.end(),
                   [](const auto& a, const auto& b) { return std::pair(a.begin, a.end) < std::pair(b.begin, b.end); });
  require_no_gaps(file, result.entries, bytes);
  return result;
}

std::string format_safetensors_header(const SafetensorsHeader& header) {
  std::vector<Config::Member> members;
  std::vector<Config::Member> texts;
  for (const auto& [key, text] : header.metadata) texts.emplace_back(key, text);
  if (!texts.empty()) members.emplace_back(metadata_key, Config::object(std::move(texts)));
  for (const SafetensorsEntry& entry : header.entries) members.emplace_back(entry.name, described(entry));
  std::string text = Config::object(std::move(members)).to_json();
  text.resize((text.size() + 7) / 8 * 8, ' ');  // the elements begin at a multiple of 8
  std::string front(safetensors_front, '\0');
  for (std::size_t i = 0; i < front.size(); ++i) front[i] = static_cast<char>(text.size() >> 8 * i);
  return front + text;
}

}  // namespace cornu::formats
