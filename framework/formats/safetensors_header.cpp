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

struct KnownType {
  std::string_view name;
  SafetensorsType type;
  std::size_t size;
  DType dtype;
};

constexpr KnownType known_types[] = {
    {"F16", SafetensorsType::f16, 2, float32},     {"BF16", SafetensorsType::bf16, 2, float32},
    {"F32", SafetensorsType::f32, 4, float32},     {"F64", SafetensorsType::f64, 8, float64},
    {"I8", SafetensorsType::i8, 1, int32},         {"I16", SafetensorsType::i16, 2, int32},
    {"I32", SafetensorsType::i32, 4, int32},       {"I64", SafetensorsType::i64, 8, int64},
    {"U8", SafetensorsType::u8, 1, int32},         {"U16", SafetensorsType::u16, 2, int32},
    {"U32", SafetensorsType::u32, 4, int64},       {"U64", SafetensorsType::u64, 8, int64},
    {"BOOL", SafetensorsType::boolean, 1, boolean}};

const KnownType& known(SafetensorsType type) { return known_types[static_cast<std::size_t>(type)]; }

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
  SafetensorsType type() const {
    const Config& dtype = value_["dtype"];
    if (!dtype.is_string()) refuse("its dtype is missing");
    const auto* const found = std::find_if(std::begin(known_types), std::end(known_types),
                                           [&](const KnownType& one) { return one.name == dtype.as_string(); });
    if (found == std::end(known_types))
      refuse(
          fmt::format("dtype '{}' is not supported; expected F16, BF16, F32, F64, an integer of 8 to 64 bits or BOOL",
                      shown(dtype.as_string(), 20)));
    return found->type;
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

std::size_t size_of(SafetensorsType type) { return known(type).size; }
std::string_view name_of(SafetensorsType type) { return known(type).name; }
DType dtype_for(SafetensorsType type) { return known(type).dtype; }
bool is_stored_as_read(SafetensorsType type) {
  return known(type).size == cornu::size_of(known(type).dtype) && type != SafetensorsType::u64;
}

std::size_t safetensors_header_length(const std::string& file, std::uint64_t length, std::size_t size) {
  if (length > longest_header || length > size - safetensors_front)
    refuse_file(file, fmt::format("not a safetensors file; got a header of {} bytes in a file of {}", length, size));
  return static_cast<std::size_t>(length);
}

SafetensorsHeader parse_safetensors_header(const std::string& file, std::string_view text, std::size_t bytes) {
  if (!text.starts_with('{')) refuse_file(file, "its header is not an object");  // spaces may only stand behind it
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
