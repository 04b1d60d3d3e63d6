#include <cornu/framework/base/draft.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/paths.hpp>

namespace cornu {

namespace {

namespace fs = std::filesystem;

bool lock(int descriptor, int how) {
  while (::flock(descriptor, how) != 0)
    if (errno != EINTR) return false;
  return true;
}

// Whether the file that was opened by a name still has it.
bool has_name(int descriptor, const fs::path& name) {
  struct stat opened {
  }, named{};
  return ::fstat(descriptor, &opened) == 0 && ::lstat(name.c_str(), &named) == 0 && S_ISREG(opened.st_mode) &&
         opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

void remove_if_leftover(const fs::path& draft) {
  const int descriptor = ::open(draft.c_str(), O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (descriptor < 0) return;
  if (lock(descriptor, LOCK_EX | LOCK_NB) && has_name(descriptor, draft)) ::unlink(draft.c_str());
  ::close(descriptor);
}

// A new file and its lock, or -1. Before it is locked, another process may take it for a leftover and remove it.
int create(const fs::path& draft) {
  const int descriptor = ::open(draft.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
  if (descriptor < 0) return -1;
  lock(descriptor, LOCK_EX);
  if (has_name(descriptor, draft)) return descriptor;
  ::close(descriptor);
  errno = EEXIST;
  return -1;
}

}  // namespace

Draft::Draft(const std::string& path) : path_(path), target_(write_target("write_whole_file", path)) { open(); }

Draft::~Draft() {
  if (!draft_.empty()) ::unlink(draft_.c_str());
  if (descriptor_ >= 0) ::close(descriptor_);
}

void Draft::open() {
  constexpr int looked_at = 16, names = 10'000;
  const auto name = [&](int i) { return target_.parent_path() / fmt::format(".cornu-{}.tmp", i); };
  for (int i = 0; i < looked_at; ++i) remove_if_leftover(name(i));
  int error = EEXIST;
  for (int i = 0; i < names && error == EEXIST; ++i) {
    draft_ = name(i);
    descriptor_ = create(draft_);
    if (descriptor_ >= 0) return;
    error = errno;
  }
  fail(error);
}

void Draft::write(std::uint64_t offset, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ::ssize_t written = ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<::off_t>(offset));
    if (written < 0 && errno != EINTR) fail(errno);
    if (written <= 0) continue;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
  send(offset);
}

// The disk begins while the rest is being made, so that fsync has less to wait for.
void Draft::send(std::uint64_t end) {
  constexpr std::uint64_t worth_it = std::uint64_t{16} << 20;
  if (end < sent_ + worth_it) return;
  static_cast<void>(::sync_file_range(descriptor_, static_cast<::off64_t>(sent_), static_cast<::off64_t>(end - sent_),
                                      SYNC_FILE_RANGE_WRITE));
  sent_ = end;
}

void Draft::finish() {
  struct stat older {};
  if (::stat(target_.c_str(), &older) == 0) {
    // Where the system does not allow that, the file has the permissions of a new one.
    [[maybe_unused]] const int ignored = ::fchmod(descriptor_, older.st_mode & 07777);
  }
  if (::fsync(descriptor_) != 0) fail(errno);
}

// The lock is kept until the draft has its new name: otherwise it could be taken for a leftover.
void Draft::publish() {
  if (std::rename(draft_.c_str(), target_.c_str()) != 0) fail(errno);
  draft_.clear();
}

void Draft::fail(int error) const {
  throw FileError("write_whole_file",
                  fmt::format("cannot write '{}'; got: {}{}", path_, std::generic_category().message(error),
                              error == ENOENT ? "; make its folder first" : ""));
}

}  // namespace cornu
