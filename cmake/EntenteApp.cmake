# Programs: each folder of apps/ with a main.cpp is one executable of that name in bin/.

add_custom_target(programs)

# Where the loader finds CAF on its own it is left to it. Any other CAF, such as the one that ./dev
# has built in its user's cache, is installed beside the programs: whoever runs them, as a service
# say, may not read where it came from.
get_target_property(entente_caf CAF::core LOCATION)
if(entente_caf MATCHES "^(/usr(/local)?)?/lib(64)?/")
  set(ENTENTE_INSTALL_RPATH "")
else()
  file(RELATIVE_PATH entente_way "${CMAKE_INSTALL_FULL_BINDIR}"
    "${CMAKE_INSTALL_FULL_LIBDIR}/entente")
  set(ENTENTE_INSTALL_RPATH "$ORIGIN/${entente_way}")
  install(IMPORTED_RUNTIME_ARTIFACTS CAF::core CAF::io
    LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}/entente" COMPONENT programs)
endif()

# entente_common(FOLDER DEPS targets...): code that the programs share, if there is any.
function(entente_common folder)
  cmake_parse_arguments(arg "" "" "DEPS" ${ARGN})
  file(GLOB files CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.[ch]pp")
  if(NOT files)
    return()
  endif()
  set(sources ${files})
  list(FILTER sources INCLUDE REGEX "\\.cpp$")
  if(sources)
    add_library(apps_common STATIC ${sources})
    set(scope PUBLIC)
  else()
    add_library(apps_common INTERFACE)
    set(scope INTERFACE)
  endif()
  entente_private_include(include apps_common "${folder}")
  target_include_directories(apps_common ${scope} "${include}")
  target_link_libraries(apps_common ${scope} ${arg_DEPS})
endfunction()

# entente_app(NAME [ALONE] DEPS targets...): makes the program apps/NAME, if it has sources. All of it
# but main.cpp is the library app_NAME, which the tests of test/NAME link. ALONE: without what the
# programs share, and linked statically, so that it starts quickly and needs no library on its host.
function(entente_app name)
  cmake_parse_arguments(arg "ALONE" "" "DEPS" ${ARGN})
  set(folder "${CMAKE_CURRENT_SOURCE_DIR}/apps/${name}")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${folder}/*.cpp")
  list(REMOVE_ITEM sources "${folder}/main.cpp")
  if(sources)
    add_library(app_${name} STATIC ${sources})
    set(scope PUBLIC)
  else()
    add_library(app_${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  entente_private_include(include app_${name} "apps/${name}")
  target_include_directories(app_${name} ${scope} "${include}")
  target_compile_definitions(app_${name} ${scope} ENTENTE_VERSION="${PROJECT_VERSION}")
  target_link_libraries(app_${name} ${scope} ${arg_DEPS})
  if(TARGET apps_common AND NOT arg_ALONE)
    target_link_libraries(app_${name} ${scope} apps_common)
  endif()

  file(GLOB main CONFIGURE_DEPENDS "${folder}/main.cpp")
  if(main)
    add_executable(${name} ${main})
    target_link_libraries(${name} PRIVATE app_${name})
    if(arg_ALONE AND NOT ENTENTE_SANITIZE)
      target_link_options(${name} PRIVATE -static)
    elseif(NOT arg_ALONE)
      set_target_properties(${name} PROPERTIES INSTALL_RPATH "${ENTENTE_INSTALL_RPATH}")
    endif()
    add_dependencies(programs ${name})
    install(TARGETS ${name}
      RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT programs)
  endif()
endfunction()

# entente_apps(DEPS targets...): makes every program of apps/ that is not made yet.
function(entente_apps)
  cmake_parse_arguments(arg "" "" "DEPS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/apps/*/*.cpp")
  foreach(source IN LISTS sources)
    cmake_path(GET source PARENT_PATH folder)
    cmake_path(GET folder FILENAME name)
    if(NOT name STREQUAL "common" AND NOT TARGET app_${name})
      entente_app(${name} DEPS ${arg_DEPS})
    endif()
  endforeach()
endfunction()
