#pragma once
#include <hdf5.h>

#include <stdexcept>
#include <string>

#include "tests/support/temporary_folder.hpp"

namespace cornu::testing {

/// One of libhdf5's numbers, given back when it goes.
class Handle {
 public:
  explicit Handle(hid_t id) : id_(id) {
    if (id < 0) throw std::runtime_error("libhdf5 failed");
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() { H5Idec_ref(id_); }
  operator hid_t() const { return id_; }

 private:
  hid_t id_;
};

/// The bytes of a file that libhdf5 makes; `fill` puts something into it.
template <class F>
std::string make_hdf5(H5F_libver_t version, F&& fill) {
  const TemporaryFolder folder;
  {
    const Handle access(H5Pcreate(H5P_FILE_ACCESS));
    H5Pset_libver_bounds(access, version, H5F_LIBVER_LATEST);
    fill(Handle(H5Fcreate(folder.path("x.h5").c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access)));
  }
  return folder.read("x.h5");
}

}  // namespace cornu::testing
