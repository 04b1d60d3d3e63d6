#include <cornu/framework/formats/hdf5/object_header.hpp>

#include <fmt/format.h>

#include <cstddef>

namespace cornu::formats::hdf5 {

namespace {

constexpr std::string_view what = "the object header";
constexpr std::size_t max_messages = 100'000;  // libhdf5 writes at most 65,535 attributes
constexpr std::uint8_t stored_elsewhere = 0x02, must_be_understood = 0x80;

struct Block {
  std::uint64_t address, length;
};

/// Reads a header block by block; which comes next stands in the messages.
class HeaderReader {
 public:
  HeaderReader(const Input& input, std::vector<Message>& messages) : input_(input), messages_(messages) {}

  void read(std::uint64_t address) {
    if (text_of(input_.at(address, 4, what)) == "OHDR")
      read_new_prefix(address);
    else
      read_old_prefix(address);
    for (std::size_t i = 0; i < blocks_.size(); ++i) read_continuation(blocks_[i]);
  }

 private:
  void read_old_prefix(std::uint64_t address) {
    Cursor cursor(input_, input_.at(address, 16, what), what);
    cursor.expect_version(1);
    cursor.skip(7);  // reserved, how many messages, how many links
    const std::uint64_t length = cursor.u32();
    count(length);
    read_messages(Cursor(input_, input_.at(address + 16, length, what), what));
  }

  void read_new_prefix(std::uint64_t address) {
    Cursor cursor(input_, input_.at(address, input_.size() - address, what), what);
    cursor.skip(4);
    cursor.expect_version(2);
    const std::uint8_t flags = cursor.u8();
    is_new_ = true;
    has_creation_order_ = (flags & 0x04) != 0;
    cursor.skip(((flags & 0x20) != 0 ? 16U : 0U) + ((flags & 0x10) != 0 ? 4U : 0U));  // times, numbers of attributes
    const std::uint64_t length = cursor.number(std::size_t{1} << (flags & 3));
    const std::uint64_t prefix = input_.offset_of(cursor.rest()) - address;
    cursor.take(length);  // no overflow below
    count(length);
    Cursor block = checked_block_at(input_, address, prefix + length + 4, "OHDR", what);
    block.skip(prefix - 4);
    read_messages(block);
  }

  void read_continuation(const Block block) {
    count(block.length);
    if (is_new_)
      read_messages(checked_block_at(input_, block.address, block.length, "OCHK", "a continuation of the header"));
    else
      read_messages(Cursor(input_, input_.at(block.address, block.length, what), what));
  }

  void read_messages(Cursor cursor) {
    const std::size_t prefix = !is_new_ ? 8 : has_creation_order_ ? 6 : 4;
    while (cursor.rest().size() >= prefix) add(is_new_ ? new_message(cursor) : old_message(cursor));
  }
  static Message old_message(Cursor& cursor) {
    const auto type = static_cast<MessageType>(cursor.u16());
    const std::uint64_t length = cursor.u16();
    const std::uint8_t flags = cursor.u8();
    cursor.skip(3);
    return {type, flags, cursor.take(length)};
  }
  Message new_message(Cursor& cursor) const {
    const auto type = static_cast<MessageType>(cursor.u8());
    const std::uint64_t length = cursor.u16();
    const std::uint8_t flags = cursor.u8();
    if (has_creation_order_) cursor.skip(2);
    return {type, flags, cursor.take(length)};
  }

  void add(const Message& message) {
    if (message.type == MessageType::nothing) return;
    if (message.type > MessageType::last_known && (message.flags & must_be_understood) != 0)
      input_.refuse(fmt::format("holds a message of the unknown type {} that must be understood",
                                static_cast<unsigned>(message.type)));
    if (messages_.size() >= max_messages) input_.refuse(fmt::format("has more than {} messages", max_messages));
    if (message.type != MessageType::continuation) return messages_.push_back(message);
    Cursor cursor(input_, message.body, "a continuation message");
    const std::uint64_t address = cursor.u64();
    blocks_.push_back({address, cursor.u64()});
  }

  // Blocks that do not lie over each other are together no longer than the file: that ends circles of continuations.
  void count(std::uint64_t length) {
    if (length > input_.size() - bytes_ || blocks_.size() > input_.size() / 16)
      input_.refuse("blocks of the object header lie over each other");
    bytes_ += length;
  }

  const Input& input_;
  std::vector<Message>& messages_;
  std::vector<Block> blocks_;
  std::uint64_t bytes_ = 0;
  bool is_new_ = false, has_creation_order_ = false;
};

}  // namespace

ObjectHeader::ObjectHeader(const Input& input, std::uint64_t address) { HeaderReader(input, messages_).read(address); }

const Message* ObjectHeader::find(MessageType type) const {
  for (const Message& message : messages_)
    if (message.type == type) return &message;
  return nullptr;
}

Bytes ObjectHeader::require(const Input& input, MessageType type, std::string_view name) const {
  const Message* const message = find(type);
  if (message == nullptr) input.refuse(fmt::format("{} is missing", name));
  require_in_place(input, *message, name);
  return message->body;
}

void require_in_place(const Input& input, const Message& message, std::string_view name) {
  if ((message.flags & stored_elsewhere) != 0)
    input.refuse(fmt::format("{} is stored elsewhere (shared or committed), which is not supported", name));
}

}  // namespace cornu::formats::hdf5
