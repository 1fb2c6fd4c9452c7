# Tests: each folder of test/ is one Boost.Test executable, each file in it one suite of the same
# name and one test of ctest: <folder>/<stem>. What its suites share is in its sub-folder lib/.

find_package(Boost 1.70 REQUIRED COMPONENTS unit_test_framework)

set(ENTENTE_TEST_TIMEOUT 300)

# What the tests of a folder need beside its own module.
set(ENTENTE_TEST_MODULES_framework allocator master agent) # whole clusters in one process
set(ENTENTE_TEST_MODULES_cluster framework) # a scheduler beside real programs
set(ENTENTE_TEST_MODULES_simulation master agent allocator agreement framework)

# entente_tests(ROOT): makes test_<folder> of every folder under ROOT.
function(entente_tests root)
  entente_test_support(${root})
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${root}/*/*.cpp")
  set(folders "")
  foreach(source IN LISTS sources)
    cmake_path(GET source PARENT_PATH path)
    cmake_path(GET path FILENAME folder)
    if(NOT folder MATCHES "^(support|bench)$")
      list(APPEND sources_of_${folder} "${source}")
      list(APPEND folders ${folder})
    endif()
  endforeach()
  list(REMOVE_DUPLICATES folders)
  foreach(folder IN LISTS folders)
    file(GLOB shared CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${root}/${folder}/lib/*.cpp")
    entente_test_folder(${folder} SHARED ${shared} SUITES ${sources_of_${folder}})
  endforeach()
endfunction()

# What all tests share: main(), and whatever else test/support/ holds.
function(entente_test_support root)
  file(GLOB helpers CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${root}/support/*.cpp")
  list(FILTER helpers EXCLUDE REGEX "/main\\.cpp$")

  add_library(test_support INTERFACE)
  entente_private_include(include test_support ${root}/support)
  target_include_directories(test_support INTERFACE "${include}/${root}")
  target_link_libraries(test_support INTERFACE nlohmann_json::nlohmann_json Threads::Threads)
  if(helpers)
    add_library(test_helpers STATIC ${helpers})
    target_link_libraries(test_helpers
      PUBLIC test_support Entente::config Entente::messages Boost::unit_test_framework)
    target_compile_definitions(test_helpers PUBLIC BOOST_TEST_DYN_LINK)
  endif()

  add_library(test_main OBJECT "${CMAKE_CURRENT_SOURCE_DIR}/${root}/support/main.cpp")
  target_link_libraries(test_main PUBLIC Boost::unit_test_framework)
  target_compile_definitions(test_main PUBLIC BOOST_TEST_DYN_LINK)
endfunction()

# entente_test_folder(FOLDER SHARED sources... SUITES sources...)
function(entente_test_folder folder)
  cmake_parse_arguments(arg "" "" "SHARED;SUITES" ${ARGN})
  set(target test_${folder})
  add_executable(${target} ${arg_SHARED} ${arg_SUITES} $<TARGET_OBJECTS:test_main>)
  set_target_properties(${target} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/test")
  target_link_libraries(${target} PRIVATE test_main test_support)
  if(TARGET test_helpers)
    target_link_libraries(${target} PRIVATE test_helpers)
  endif()
  if(TARGET entente_${folder})
    target_link_libraries(${target} PRIVATE Entente::${folder})
  elseif(TARGET app_${folder})
    target_link_libraries(${target} PRIVATE app_${folder})
  else()
    target_link_libraries(${target} PRIVATE Entente::config Entente::messages)
  endif()
  foreach(module IN LISTS ENTENTE_TEST_MODULES_${folder})
    target_link_libraries(${target} PRIVATE Entente::${module})
  endforeach()
  if(TARGET entente_${folder}_schema)
    target_link_libraries(${target} PRIVATE entente_${folder}_schema)
  endif()

  add_dependencies(${target} entente-supervisor) # whoever runs tasks needs it

  set(label unit)
  if(folder STREQUAL "cluster")
    set(label cluster)
    add_dependencies(${target} programs)
  endif()
  foreach(source IN LISTS arg_SUITES)
    cmake_path(GET source STEM suite)
    add_test(NAME ${folder}/${suite} COMMAND ${target} --run_test=${suite})
    set(labels ${label})
    if(suite STREQUAL "chaos")
      list(APPEND labels chaos)
    elseif(suite MATCHES "^hosts_")
      list(APPEND labels hosts)
    endif()
    set_tests_properties(${folder}/${suite} PROPERTIES
      LABELS "${labels}"
      TIMEOUT ${ENTENTE_TEST_TIMEOUT}
      ENVIRONMENT "${ENTENTE_TEST_ENVIRONMENT}")
  endforeach()
endfunction()

# entente_benchmarks(FOLDER): each .cpp file is one executable, run by `./dev bench`.
function(entente_benchmarks folder)
  add_custom_target(benchmarks)
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.cpp")
  list(TRANSFORM ENTENTE_MODULES PREPEND Entente:: OUTPUT_VARIABLE modules)
  foreach(source IN LISTS sources)
    cmake_path(GET source STEM name)
    add_executable(bench_${name} ${source})
    set_target_properties(bench_${name} PROPERTIES
      RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bench")
    target_link_libraries(bench_${name} PRIVATE
      test_support ${modules} CAF::io nlohmann_json::nlohmann_json)
    add_dependencies(bench_${name} programs)
    add_dependencies(benchmarks bench_${name})
  endforeach()
endfunction()

set(ENTENTE_TEST_ENVIRONMENT
  "ENTENTE_BIN_DIR=${CMAKE_BINARY_DIR}/bin"
  "ENTENTE_SOURCE_DIR=${CMAKE_CURRENT_SOURCE_DIR}"
  "ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1"
  "UBSAN_OPTIONS=print_stacktrace=1"
  "TSAN_OPTIONS=suppressions=${CMAKE_CURRENT_SOURCE_DIR}/cmake/tsan.supp")
