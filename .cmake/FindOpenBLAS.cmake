# OpenBLAS::OpenBLAS, for the build and for programs that link libcornu.a. Rather the one that is built for one thread: the
# others start a thread for each CPU as a program is loaded.
find_library(OpenBLAS_LIBRARY openblas PATH_SUFFIXES openblas-serial)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(OpenBLAS REQUIRED_VARS OpenBLAS_LIBRARY
                                  REASON_FAILURE_MESSAGE "On Debian it is in the package libopenblas-serial-dev.")
mark_as_advanced(OpenBLAS_LIBRARY)
if(OpenBLAS_FOUND AND NOT TARGET OpenBLAS::OpenBLAS)
  add_library(OpenBLAS::OpenBLAS UNKNOWN IMPORTED)
  set_target_properties(OpenBLAS::OpenBLAS PROPERTIES IMPORTED_LOCATION ${OpenBLAS_LIBRARY})
endif()
