# Headers without the engine's private ones, libraries, CMake package and pkg-config file.
include(CMakePackageConfigHelpers)

cornu_glob(public_headers framework/*.hpp layers/*.hpp optim/*.hpp)
list(FILTER public_headers EXCLUDE REGEX "^framework/(kernels|ops)/|^framework/cornu\\.hpp$")
foreach(header ${public_headers})
  get_filename_component(folder ${header} DIRECTORY)
  install(FILES ${header} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/cornu/${folder})
endforeach()
install(FILES framework/cornu.hpp DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/cornu)
