#include <cornu/framework/formats/zip/writer.hpp>

#include <fmt/format.h>
#include <zip.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <set>
#include <string_view>
#include <utility>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/files.hpp>
#include <cornu/framework/base/shown.hpp>
#include <cornu/framework/formats/zip/limits.hpp>
#include <cornu/framework/formats/zip/member.hpp>
#include <cornu/framework/formats/zip/stored.hpp>

namespace cornu::formats {

namespace {

constexpr std::uint64_t needs_zip64 = 0xFFFFFFFF;
constexpr std::size_t header_bytes = 30, zip64_field_bytes = 20, field_bytes = 4;

/// Where libzip writes to. It knows no C++ exceptions: the first is kept, and thrown again when libzip is done.
class Sink {
 public:
  explicit Sink(const WriteAt& write) : write_(write) { zip_error_init(&error_); }
  ~Sink() { zip_error_fini(&error_); }
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;

  static zip_int64_t call(void* sink, void* data, zip_uint64_t length, zip_source_cmd_t command) {
    return static_cast<Sink*>(sink)->answer(data, length, command);
  }
  void rethrow() const {
    if (thrown_) std::rethrow_exception(thrown_);
  }

 private:
  zip_int64_t answer(void* data, zip_uint64_t length, zip_source_cmd_t command) {
    switch (command) {
      case ZIP_SOURCE_SUPPORTS:
        return ZIP_SOURCE_SUPPORTS_WRITABLE;
      case ZIP_SOURCE_ERROR:
        return zip_error_to_data(&error_, data, length);
      case ZIP_SOURCE_STAT:
        return stat(static_cast<zip_stat_t*>(data));
      case ZIP_SOURCE_WRITE:
        return write({static_cast<const std::byte*>(data), length});
      case ZIP_SOURCE_SEEK_WRITE:
        return seek(data, length);
      case ZIP_SOURCE_TELL_WRITE:
        return static_cast<zip_int64_t>(offset_);
      default:  // opening, committing and the like: there is nothing to do
        return 0;
    }
  }
  // What stands there before: an empty file.
  static zip_int64_t stat(zip_stat_t* result) {
    zip_stat_init(result);
    result->size = 0;
    result->valid |= ZIP_STAT_SIZE;
    return sizeof(*result);
  }
  zip_int64_t write(std::span<const std::byte> bytes) {
    try {
      write_(offset_, bytes);
    } catch (...) {
      if (!thrown_) thrown_ = std::current_exception();
      zip_error_set(&error_, ZIP_ER_WRITE, 0);
      return -1;
    }
    offset_ += bytes.size();
    end_ = std::max(end_, offset_);
    return static_cast<zip_int64_t>(bytes.size());
  }
  zip_int64_t seek(void* data, zip_uint64_t length) {
    const zip_int64_t offset = zip_source_seek_compute_offset(offset_, end_, data, length, &error_);
    if (offset < 0) return -1;
    offset_ = static_cast<std::uint64_t>(offset);
    return 0;
  }

  const WriteAt& write_;
  std::uint64_t offset_ = 0, end_ = 0;
  zip_error_t error_{};
  std::exception_ptr thrown_;
};

std::uint64_t size_of(const ZipEntry& entry) {
  std::uint64_t size = 0;
  for (const std::span<const std::byte> part : entry.parts) size += part.size();
  return size;
}

/// An archive under way.
class Archive {
 public:
  explicit Archive(Sink& sink) : sink_(sink) {
    zip_source_t* const source = zip_source_function_create(&Sink::call, &sink, &error_);
    if (!source) fail(error_);
    archive_ = zip_open_from_source(source, ZIP_CREATE | ZIP_TRUNCATE, &error_);
    if (archive_) return;
    zip_source_free(source);
    fail(error_);
  }
  ~Archive() {
    if (archive_) zip_discard(archive_);
    zip_error_fini(&error_);
  }
  Archive(const Archive&) = delete;
  Archive& operator=(const Archive&) = delete;

  void add(const ZipEntry& entry) {
    const zip_uint64_t index = add_source(entry.name, source_of(entry));
    const std::uint32_t regular_file = 0100644;
    require(zip_set_file_compression(archive_, index, entry.deflated ? ZIP_CM_DEFLATE : ZIP_CM_STORE, 0));
    require(zip_file_set_dostime(archive_, index, entry.modified.time, entry.modified.date, 0));
    require(zip_file_set_external_attributes(archive_, index, 0, ZIP_OPSYS_UNIX, regular_file << 16));
    align(index, entry);
  }
  void close() {
    if (zip_close(archive_) != 0) fail(*zip_get_error(archive_));
    archive_ = nullptr;
  }

 private:
  zip_source_t* source_of(const ZipEntry& entry) {
    std::vector<zip_buffer_fragment_t> fragments;
    for (const std::span<const std::byte> part : entry.parts) {
      if (part.empty()) continue;
      auto* const bytes = const_cast<std::byte*>(part.data());  // which libzip only reads
      fragments.push_back({reinterpret_cast<zip_uint8_t*>(bytes), part.size()});
    }
    zip_source_t* const source = zip_source_buffer_fragment(archive_, fragments.data(), fragments.size(), 0);
    if (!source) fail(*zip_get_error(archive_));
    return source;
  }
  zip_uint64_t add_source(const std::string& name, zip_source_t* source) {
    const zip_int64_t index = zip_file_add(archive_, name.c_str(), source, ZIP_FL_ENC_UTF_8);
    if (index >= 0) return static_cast<zip_uint64_t>(index);
    zip_source_free(source);
    fail(*zip_get_error(archive_));
  }
  // A field of the local header fills up to the alignment. Its kind is the one that Android's archives have for this.
  void align(zip_uint64_t index, const ZipEntry& entry) {
    constexpr std::uint16_t alignment_field = 0xD935;
    const std::uint64_t size = size_of(entry), zip64 = size >= needs_zip64 ? zip64_field_bytes : 0;
    std::uint64_t content = offset_ + header_bytes + entry.name.size() + zip64;
    if (!entry.deflated && is_offset_known_ && content % entry.alignment != 0) {
      content += field_bytes;
      const std::vector<zip_uint8_t> blanks((entry.alignment - content % entry.alignment) % entry.alignment);
      content += blanks.size();
      require(zip_file_extra_field_set(archive_, index, alignment_field, 0, blanks.data(),
                                       static_cast<std::uint16_t>(blanks.size()), ZIP_FL_LOCAL));
    }
    offset_ = content + size;
    is_offset_known_ = is_offset_known_ && !entry.deflated;
  }
  void require(int status) {
    if (status != 0) fail(*zip_get_error(archive_));
  }
  [[noreturn]] void fail(zip_error_t& error) const {
    sink_.rethrow();
    throw FileError("write_zip", fmt::format("cannot write; got: {}", zip_error_strerror(&error)));
  }

  Sink& sink_;
  zip_error_t error_{};
  zip_t* archive_ = nullptr;
  std::uint64_t offset_ = 0;  // where the next member begins
  bool is_offset_known_ = true;
};

void require_names(const std::vector<ZipEntry>& entries) {
  std::set<std::string_view> names;
  for (const ZipEntry& entry : entries) {
    const bool is_long = entry.name.size() > ZipLimits().name_length;  // a reader would refuse it
    const std::string_view fault = is_long ? "is too long" : fault_of_member_name(entry.name);
    if (!fault.empty())
      throw ValueError("write_zip", fmt::format("the name of a member {}; got '{}'", fault, shown(entry.name)));
    if (!names.insert(entry.name).second)
      throw ValueError("write_zip", fmt::format("two members have one name; got '{}'", shown(entry.name)));
  }
}

// Without libzip where nothing is to be compressed: it passes contents on in small pieces and takes their checksum with
// zlib, which takes longer than the disk.
void write_members(const WriteAt& write, const std::vector<ZipEntry>& entries) {
  const bool is_stored = std::none_of(entries.begin(), entries.end(), [](const ZipEntry& e) { return e.deflated; });
  if (is_stored) return write_stored(write, entries);
  Sink sink(write);
  Archive archive(sink);
  for (const ZipEntry& entry : entries) archive.add(entry);
  archive.close();
}

}  // namespace

DosTime DosTime::of(std::time_t time) {
  std::tm local{};
  if (!::localtime_r(&time, &local) || local.tm_year < 80 || local.tm_year > 207) return {};
  const int seconds = std::min(local.tm_sec, 59);  // a leap second is none
  return {static_cast<std::uint16_t>(local.tm_hour << 11 | local.tm_min << 5 | seconds / 2),
          static_cast<std::uint16_t>((local.tm_year - 80) << 9 | (local.tm_mon + 1) << 5 | local.tm_mday)};
}

std::span<const std::byte> as_part(std::string_view text) { return std::as_bytes(std::span(text)); }

void write_zip(const std::string& path, const std::vector<ZipEntry>& entries) {
  require_names(entries);
  make_whole_file(path, [&](const WriteAt& write) { write_members(write, entries); });
}

std::string zip_bytes(const std::vector<ZipEntry>& entries) {
  require_names(entries);
  std::string archive;
  const auto append = [&](std::uint64_t offset, std::span<const std::byte> bytes) {
    if (bytes.empty()) return;
    archive.resize(std::max<std::size_t>(archive.size(), offset + bytes.size()));
    std::memcpy(archive.data() + offset, bytes.data(), bytes.size());
  };
  write_members(append, entries);
  return archive;
}

}  // namespace cornu::formats
