#pragma once
// Internal: a file that is read front to back in pieces.
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <cornu/framework/explore/vectors/growing_memory.hpp>
#include <cornu/framework/formats/input_file.hpp>

namespace cornu::explore {

/// The bytes of a file, of which a part lies in memory. All functions throw FileError when the file cannot be read.
class BufferedInput {
 public:
  explicit BufferedInput(const std::string& path);

  /// How many bytes lie in front of the next one.
  std::size_t offset() const { return file_.size() - left() - (end_ - begin_); }
  std::size_t size() const { return file_.size(); }
  const std::string& path() const { return file_.path(); }

  /// The next bytes: at least `count` unless the file ends before, and more if they are there. What was given before
  /// is gone.
  std::string_view peek(std::size_t count);
  /// The next bytes that are in memory already, perhaps none.
  std::string_view in_memory() const { return {buffer_.get() + begin_, end_ - begin_}; }
  /// Passes over bytes, be they in memory or not; not more than the file has.
  void skip(std::size_t count);
  /// The next `count` bytes, which must be there.
  void read(void* to, std::size_t count);

  /// Up to the next such byte, without it, and passes over both; the rest of the file if there is none. Nothing at the
  /// end. Throws for more than `longest` bytes; `what` names them. What was given before is gone.
  std::optional<std::string_view> next_until(char end, std::size_t longest, std::string_view what);

 private:
  std::size_t left() const { return file_.size() - read_; }  // bytes that are not in memory yet
  bool fill();

  formats::InputFile file_;
  GrowingMemory<char> buffer_;
  std::size_t begin_ = 0, end_ = 0;  // of what is in memory
  std::size_t read_ = 0;             // how much of the file was read
};

}  // namespace cornu::explore
