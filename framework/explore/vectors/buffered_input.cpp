#include <cornu/framework/explore/vectors/buffered_input.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace cornu::explore {

namespace {

constexpr std::size_t block = std::size_t{256} << 10;  // stays in the processor's cache

}  // namespace

BufferedInput::BufferedInput(const std::string& path) : file_("read_vectors", path) { buffer_.resize(2 * block); }

std::string_view BufferedInput::peek(std::size_t count) {
  while (end_ - begin_ < count && fill()) continue;
  return {buffer_.get() + begin_, end_ - begin_};
}

void BufferedInput::skip(std::size_t count) {
  const std::size_t here = std::min(count, end_ - begin_);
  begin_ += here;
  read_ += count - here;
}

void BufferedInput::read(void* to, std::size_t count) {
  const std::size_t here = std::min(count, end_ - begin_);
  std::copy_n(buffer_.get() + begin_, here, static_cast<char*>(to));
  begin_ += here;
  if (here == count) return;
  file_.read(static_cast<char*>(to) + here, count - here, read_);
  read_ += count - here;
}

std::optional<std::string_view> BufferedInput::next_until(char end, std::size_t longest, std::string_view what) {
  std::size_t length = 0;  // how much was looked at
  for (std::string_view bytes = peek(1);; bytes = peek(length + 1)) {
    if (bytes.empty()) return std::nullopt;
    const std::size_t found = bytes.find(end, length);
    if (std::min(found, bytes.size()) > longest)
      file_.refuse(fmt::format("{} at byte {} has more than the {} bytes allowed", what, offset(), longest));
    if (found == std::string_view::npos && bytes.size() > length) {
      length = bytes.size();
      continue;
    }
    begin_ += std::min(found, bytes.size()) + (found == std::string_view::npos ? 0 : 1);
    return bytes.substr(0, found);
  }
}

// Reads on behind what is in memory; false at the end of the file.
bool BufferedInput::fill() {
  const std::size_t count = std::min(block, left());
  if (count == 0) return false;
  if (begin_ == end_) begin_ = end_ = 0;
  if (buffer_.size() - end_ < count && begin_ > 0) {
    std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (buffer_.size() - end_ < count) buffer_.resize(2 * buffer_.size());
  file_.read(buffer_.get() + end_, count, read_);
  read_ += count;
  end_ += count;
  return true;
}

}  // namespace cornu::explore
