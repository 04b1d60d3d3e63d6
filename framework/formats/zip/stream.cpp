#include <cornu/framework/formats/zip/stream.hpp>

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <new>

#include <cornu/framework/formats/checksums_count.hpp>
#include <cornu/framework/formats/zip/checksum.hpp>

namespace cornu::formats {

namespace {

constexpr std::size_t block_bytes = std::size_t{1} << 17;  // so that the checksum reads what is still in the cache
constexpr std::size_t held_bytes = std::size_t{4} << 20;   // are given back together

}  // namespace

/// Unpacks raw deflate data.
class ZipStream::Inflater {
 public:
  explicit Inflater(std::span<const std::byte> packed) : packed_(packed) {
    constexpr int raw = -MAX_WBITS;
    if (::inflateInit2(&stream_, raw) != Z_OK) throw std::bad_alloc();
  }
  ~Inflater() { ::inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  /// How many bytes of `to` were filled: fewer than all when the data end or are damaged.
  std::size_t inflate(std::span<std::byte> to) {
    stream_.next_out = reinterpret_cast<unsigned char*>(to.data());
    stream_.avail_out = static_cast<uInt>(to.size());
    while (stream_.avail_out > 0 && status_ == Z_OK) {
      feed();
      status_ = ::inflate(&stream_, Z_NO_FLUSH);
    }
    return to.size() - stream_.avail_out;
  }
  /// Whether the data ended well and nothing stands behind them.
  bool is_done() const { return status_ == Z_STREAM_END && stream_.avail_in == 0 && packed_.empty(); }

  /// The first byte that zlib has not read.
  const std::byte* next() const {
    return stream_.next_in ? reinterpret_cast<const std::byte*>(stream_.next_in) : packed_.data();
  }

 private:
  void feed() {
    if (stream_.avail_in > 0) return;
    const std::size_t count = std::min<std::size_t>(packed_.size(), std::size_t{1} << 30);
    stream_.next_in = const_cast<unsigned char*>(reinterpret_cast<const unsigned char*>(packed_.data()));
    stream_.avail_in = static_cast<uInt>(count);
    packed_ = packed_.subspan(count);
  }

  std::span<const std::byte> packed_;  // what zlib has not been given yet
  z_stream stream_{};
  int status_ = Z_OK;
};

ZipStream::ZipStream(const ZipReader& reader, const ZipMember& member, bool lets_go)
    : reader_(reader),
      member_(member),
      packed_(reader.packed(member)),
      left_(member.size),
      lets_go_(lets_go),
      held_(packed_.data()) {
  if (member.method == ZipMethod::deflated) inflater_ = std::make_unique<Inflater>(packed_);
}

ZipStream::~ZipStream() = default;

void ZipStream::read(std::span<std::byte> to) {
  if (to.size() > left_)
    reader_.refuse(member_.name, fmt::format("it ends too early; expected {} more bytes", to.size() - left_));
  left_ -= to.size();
  for (; !to.empty(); to = to.subspan(std::min(to.size(), block_bytes))) {
    const std::span<std::byte> block = to.first(std::min(to.size(), block_bytes));
    take(block);
    checksum_ = checksum_of(checksum_, block);
    let_go(held_bytes);
  }
}

void ZipStream::take(std::span<std::byte> block) {
  if (!inflater_) {
    std::memcpy(block.data(), packed_.data(), block.size());
    packed_ = packed_.subspan(block.size());
  } else if (inflater_->inflate(block) != block.size()) {
    reader_.refuse(member_.name, "damaged; its data cannot be unpacked to as many bytes as it says");
  }
}

// Gives pages back that lie behind, when they are at least so many bytes.
void ZipStream::let_go(std::size_t least) {
  const std::byte* const next = inflater_ ? inflater_->next() : packed_.data();
  if (!lets_go_ || static_cast<std::size_t>(next - held_) < least) return;
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const std::uintptr_t begin = (reinterpret_cast<std::uintptr_t>(held_) + page - 1) / page * page;
  const std::uintptr_t end = reinterpret_cast<std::uintptr_t>(next) / page * page;
  if (begin < end) ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
  held_ = next;
}

void ZipStream::finish() {
  if (left_ > 0) reader_.refuse(member_.name, fmt::format("it is too long; got {} bytes behind its content", left_));
  if (inflater_) {
    std::array<std::byte, 1> more{};
    if (inflater_->inflate(more) > 0 || !inflater_->is_done())
      reader_.refuse(member_.name, fmt::format("damaged; its data unpack to more than the {} bytes that it says, or "
                                               "do not end where they should",
                                               member_.size));
  }
  let_go(0);
  if (checksums_count && checksum_ != member_.checksum)
    reader_.refuse(member_.name,
                   fmt::format("wrong checksum; got {:08x}; expected {:08x}", checksum_, member_.checksum));
}

}  // namespace cornu::formats
