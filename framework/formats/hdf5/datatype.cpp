#include <cornu/framework/formats/hdf5/datatype.hpp>

#include <array>
#include <cstddef>
#include <utility>

namespace cornu::formats {

std::string_view name_of(Hdf5Type type) {
  constexpr std::array names{"float16", "bfloat16", "float32", "float64", "int8",   "int16",
                             "int32",   "int64",    "uint8",   "uint16",  "uint32", "uint64",
                             "bool",    "string",   "string",  "opaque",  "other"};
  return names[static_cast<std::size_t>(type)];
}

namespace hdf5 {

namespace {

constexpr std::string_view what = "the datatype";

/// The eight bytes with which every datatype begins.
struct Prefix {
  unsigned version, kind;
  std::uint64_t bits;
  std::uint64_t size;
};

Prefix read_prefix(Cursor& cursor) {
  const unsigned kind_and_version = cursor.u8();
  const Prefix prefix{kind_and_version >> 4, kind_and_version & 15, cursor.number(3), cursor.u32()};
  if (prefix.size == 0) cursor.refuse("has elements of 0 bytes");
  return prefix;
}

Datatype other(const Prefix& prefix, std::string_view name) {
  return {Hdf5Type::other, prefix.size, false, Padding::null_terminated, name};
}

Datatype integer(const Prefix& prefix, Cursor& cursor) {
  const std::uint64_t offset = cursor.u16(), precision = cursor.u16();
  const bool is_signed = (prefix.bits & 8) != 0, is_big_endian = (prefix.bits & 1) != 0;
  Datatype result{Hdf5Type::other, prefix.size, is_big_endian, Padding::null_terminated, "an integer with spare bits"};
  if (offset != 0 || precision != 8 * prefix.size) return result;
  if (prefix.size == 1) result.type = is_signed ? Hdf5Type::int8 : Hdf5Type::uint8;
  if (prefix.size == 2) result.type = is_signed ? Hdf5Type::int16 : Hdf5Type::uint16;
  if (prefix.size == 4) result.type = is_signed ? Hdf5Type::int32 : Hdf5Type::uint32;
  if (prefix.size == 8) result.type = is_signed ? Hdf5Type::int64 : Hdf5Type::uint64;
  return result;
}

/// Where sign, exponent and fraction of a floating number lie: bits from the lowest.
struct FloatLayout {
  std::uint64_t size, sign, exponent, exponent_bits, fraction_bits, bias;
  bool operator==(const FloatLayout&) const = default;
};

Datatype floating(const Prefix& prefix, Cursor& cursor) {
  constexpr std::array<std::pair<Hdf5Type, FloatLayout>, 4> layouts{{{Hdf5Type::float16, {2, 15, 10, 5, 10, 15}},
                                                                     {Hdf5Type::bfloat16, {2, 15, 7, 8, 7, 127}},
                                                                     {Hdf5Type::float32, {4, 31, 23, 8, 23, 127}},
                                                                     {Hdf5Type::float64, {8, 63, 52, 11, 52, 1023}}}};
  const std::uint64_t offset = cursor.u16(), precision = cursor.u16();
  const std::uint64_t exponent = cursor.u8(), exponent_bits = cursor.u8();
  const std::uint64_t fraction = cursor.u8(), fraction_bits = cursor.u8();
  const FloatLayout layout{prefix.size, prefix.bits >> 8 & 255, exponent, exponent_bits, fraction_bits, cursor.u32()};
  const std::uint64_t order = prefix.bits & 0x41, normalization = prefix.bits >> 4 & 3;
  Datatype result = other(prefix, "a floating number of an unusual form");
  if (offset != 0 || precision != 8 * prefix.size || fraction != 0 || normalization != 2 || order > 1) return result;
  for (const auto& [type, known] : layouts)
    if (known == layout) result.type = type;
  result.is_big_endian = order == 1;
  return result;
}

Datatype string(const Prefix& prefix) {
  Datatype result = other(prefix, "a string with unknown padding");
  const std::uint64_t padding = prefix.bits & 15;
  if (padding > 2) return result;
  result.type = Hdf5Type::fixed_string;
  result.padding = static_cast<Padding>(padding);
  return result;
}

Datatype opaque(const Prefix& prefix) {
  Datatype result = other(prefix, "opaque");
  if (prefix.size == 2) result.type = Hdf5Type::opaque;
  return result;
}

Bytes take_name(Cursor& cursor, unsigned version) {
  const std::string_view rest = text_of(cursor.rest());
  const std::size_t length = rest.find('\0');
  if (length == std::string_view::npos) cursor.refuse("has a name without an end");
  const Bytes name = cursor.take(length);
  cursor.skip(version < 3 ? 8 - length % 8 : 1);
  return name;
}

// h5py's bool: the enumeration FALSE = 0, TRUE = 1 over one byte.
Datatype enumeration(const Prefix& prefix, Cursor& cursor) {
  Datatype result = other(prefix, "an enumeration");
  if ((prefix.bits & 0xFFFF) != 2 || prefix.size != 1) return result;
  const Prefix base = read_prefix(cursor);
  if (base.kind != 0 || base.size != 1) return result;
  cursor.skip(4);
  const bool named =
      text_of(take_name(cursor, prefix.version)) == "FALSE" && text_of(take_name(cursor, prefix.version)) == "TRUE";
  if (named && cursor.u8() == 0 && cursor.u8() == 1) result.type = Hdf5Type::boolean;
  return result;
}

Datatype variable(const Prefix& prefix) {
  Datatype result = other(prefix, "a list of variable length");
  if ((prefix.bits & 15) == 1 && prefix.size == 16) result.type = Hdf5Type::variable_string;
  return result;
}

}  // namespace

Datatype read_datatype(const Input& input, Bytes message) {
  Cursor cursor(input, message, what);
  const Prefix prefix = read_prefix(cursor);
  if (prefix.version < 1 || prefix.version > 4) return other(prefix, "of an unknown version");
  switch (prefix.kind) {
    case 0:
      return integer(prefix, cursor);
    case 1:
      return floating(prefix, cursor);
    case 2:
      return other(prefix, "a time");
    case 3:
      return string(prefix);
    case 4:
      return other(prefix, "a bit field");
    case 5:
      return opaque(prefix);
    case 6:
      return other(prefix, "a compound");
    case 7:
      return other(prefix, "a reference");
    case 8:
      return enumeration(prefix, cursor);
    case 9:
      return variable(prefix);
    case 10:
      return other(prefix, "an array");
    default:
      return other(prefix, "of an unknown kind");
  }
}

}  // namespace hdf5

}  // namespace cornu::formats
