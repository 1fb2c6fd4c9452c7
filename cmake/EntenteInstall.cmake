# The exported package: find_package(Entente), Entente::framework and the other modules.

include(CMakePackageConfigHelpers)

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/Entente")
configure_package_config_file(
  "${CMAKE_CURRENT_LIST_DIR}/EntenteConfig.cmake.in"
  "${CMAKE_BINARY_DIR}/EntenteConfig.cmake"
  INSTALL_DESTINATION "${package_dir}")
write_basic_package_version_file(
  "${CMAKE_BINARY_DIR}/EntenteConfigVersion.cmake"
  COMPATIBILITY SameMinorVersion)

install(EXPORT EntenteTargets NAMESPACE Entente:: DESTINATION "${package_dir}")
install(FILES
  "${CMAKE_BINARY_DIR}/EntenteConfig.cmake"
  "${CMAKE_BINARY_DIR}/EntenteConfigVersion.cmake"
  DESTINATION "${package_dir}")
