#include <cornu/framework/base/files.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <list>
#include <memory>
#include <string_view>
#include <system_error>
#include <utility>

#include <cornu/framework/base/errors.hpp>

namespace cornu {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(std::string_view where, std::string_view action, const std::string& path,
                       std::string_view reason) {
  throw FileError(where, fmt::format("cannot {} '{}'; got: {}", action, path, reason));
}

std::string reason_of(int error) { return std::generic_category().message(error); }

/// Where the bytes go: behind symbolic links, and never over a folder or a device.
fs::path target_of(const std::string& path) {
  std::error_code error;
  const fs::path target = fs::is_symlink(path, error) ? fs::weakly_canonical(path, error) : fs::path(path);
  if (error && error != std::errc::no_such_file_or_directory) {
    fail("write_whole_file", "write", path, error.message());
  }
  if (fs::exists(target, error) && !fs::is_regular_file(target, error)) {
    fail("write_whole_file", "write", path, "a folder or a device; expected the name of a file");
  }
  return target;
}

/// A new file beside the target, which vanishes unless it is moved over it.
class Draft {
 public:
  Draft(const std::string& path, const std::function<void(const WriteAt&)>& make)
      : path_(path), target_(target_of(path)) {
    static std::atomic<unsigned> count{0};
    draft_ = target_.parent_path() / fmt::format(".cornu-{}-{}.tmp", ::getpid(), ++count);
    descriptor_ = ::open(draft_.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
    if (descriptor_ < 0) fail("write_whole_file", "write", path_, reason_of(errno));
    try {
      make([this](std::uint64_t offset, std::span<const std::byte> bytes) { write(offset, bytes); });
      close();
      keep_permissions();
    } catch (...) {
      discard();
      throw;
    }
  }
  ~Draft() { discard(); }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  void publish() {
    if (std::rename(draft_.c_str(), target_.c_str()) != 0) fail("write_whole_file", "write", path_, reason_of(errno));
    draft_.clear();
  }

 private:
  void write(std::uint64_t offset, std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
      const ::ssize_t written = ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<::off_t>(offset));
      if (written < 0 && errno != EINTR) fail("write_whole_file", "write", path_, reason_of(errno));
      if (written <= 0) continue;
      bytes = bytes.subspan(static_cast<std::size_t>(written));
      offset += static_cast<std::uint64_t>(written);
    }
    send(offset);
  }
  // The disk begins while the rest is being made, so that fsync has less to wait for.
  void send(std::uint64_t end) {
    constexpr std::uint64_t worth_it = std::uint64_t{16} << 20;
    if (end < sent_ + worth_it) return;
    static_cast<void>(::sync_file_range(descriptor_, static_cast<::off64_t>(sent_), static_cast<::off64_t>(end - sent_),
                                        SYNC_FILE_RANGE_WRITE));
    sent_ = end;
  }
  void close() {
    const int descriptor = std::exchange(descriptor_, -1);
    const bool synced = ::fsync(descriptor) == 0;
    const int error = errno;
    if (::close(descriptor) != 0 || !synced)
      fail("write_whole_file", "write", path_, reason_of(synced ? errno : error));
  }
  void keep_permissions() const {
    std::error_code ignored;
    const fs::file_status older = fs::status(target_, ignored);
    if (fs::exists(older)) fs::permissions(draft_, older.permissions(), ignored);
  }
  void discard() {
    if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
    std::error_code ignored;
    if (!draft_.empty()) fs::remove(draft_, ignored);
  }

  std::string path_;
  fs::path target_, draft_;
  int descriptor_ = -1;
  std::uint64_t sent_ = 0;  // up to where
};

std::function<void(const WriteAt&)> one_behind_the_other(std::initializer_list<std::string_view> parts) {
  return [parts](const WriteAt& write) {
    std::uint64_t offset = 0;
    for (const std::string_view part : parts) {
      write(offset, std::as_bytes(std::span(part)));
      offset += part.size();
    }
  };
}

}  // namespace

std::string read_text_file(const std::string& path, std::uint64_t limit) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) fail("read_text_file", "read", path, "a folder; expected a file");
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), &std::fclose);
  if (!file) fail("read_text_file", "read", path, reason_of(errno));
  std::string text;
  std::vector<char> block(std::size_t{1} << 18);
  while (const std::size_t count = std::fread(block.data(), 1, block.size(), file.get())) {
    text.append(block.data(), count);
    if (text.size() > limit) fail("read_text_file", "read", path, fmt::format("more than the {} bytes allowed", limit));
  }
  if (std::ferror(file.get()) != 0) fail("read_text_file", "read", path, reason_of(errno));
  return text;
}

void write_whole_file(const std::string& path, const std::string& text) {
  write_whole_file(path, std::initializer_list<std::string_view>{text});
}

void write_whole_file(const std::string& path, std::initializer_list<std::string_view> parts) {
  make_whole_file(path, one_behind_the_other(parts));
}

void make_whole_file(const std::string& path, const std::function<void(const WriteAt&)>& make) {
  Draft(path, make).publish();
}

void write_whole_files(const std::vector<FileText>& files) {
  std::list<Draft> drafts;
  for (const FileText& file : files) drafts.emplace_back(file.path, one_behind_the_other({file.text}));
  for (Draft& draft : drafts) draft.publish();
}

}  // namespace cornu
