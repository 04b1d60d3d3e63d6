#pragma once
// Internal: what stands at an object's address: a list of messages.
#include <cstdint>
#include <vector>

#include <cornu/framework/formats/hdf5/input.hpp>

namespace cornu::formats::hdf5 {

enum class MessageType : std::uint16_t {
  nothing = 0x00,
  dataspace = 0x01,
  link_info = 0x02,
  datatype = 0x03,
  old_fill_value = 0x04,
  fill_value = 0x05,
  link = 0x06,
  external_files = 0x07,
  layout = 0x08,
  filters = 0x0B,
  attribute = 0x0C,
  continuation = 0x10,
  symbol_table = 0x11,
  attribute_info = 0x15,
  last_known = 0x18,
};

struct Message {
  MessageType type;
  std::uint8_t flags;
  Bytes body;
};

/// The messages of an object, in order, those of continuation blocks too. Headers of version 1, and of version 2 with
/// their checksums verified. Throws FileError for others, blocks outside the file or over each other, and an unknown
/// message that says that it must be understood.
class ObjectHeader {
 public:
  ObjectHeader(const Input& input, std::uint64_t address);

  const std::vector<Message>& messages() const { return messages_; }
  bool has(MessageType type) const { return find(type) != nullptr; }
  /// The first message of that type, or null.
  const Message* find(MessageType type) const;
  /// The body of the only message that an object needs. Throws FileError when it is missing or stored elsewhere.
  Bytes require(const Input& input, MessageType type, std::string_view what) const;

 private:
  std::vector<Message> messages_;
};

/// Throws FileError for a message that is stored elsewhere (a committed datatype, for example).
void require_in_place(const Input& input, const Message& message, std::string_view what);

}  // namespace cornu::formats::hdf5
