// Not verified here: tools/check_jvm.sh compiles and tests the same sources without Gradle.
import org.jetbrains.kotlin.gradle.dsl.JvmTarget

plugins {
    alias(libs.plugins.kotlin.jvm)
}

// Java 8 is about what Android 8 (API 26) has.
java {
    sourceCompatibility = JavaVersion.VERSION_1_8
    targetCompatibility = JavaVersion.VERSION_1_8
}

kotlin {
    compilerOptions {
        jvmTarget = JvmTarget.JVM_1_8
        freeCompilerArgs.add("-Xjdk-release=8")
        allWarningsAsErrors = true
        progressiveMode = true
    }
}

dependencies {
    implementation(project(":core"))
    testImplementation(libs.kotlin.test.junit)
}

// The tests share core's helpers and read the recordings that tests/android_demo makes.
tasks.compileTestKotlin {
    source(fileTree("../core/src/test/kotlin") { include("**/Recording.kt", "**/TestData.kt") })
}

tasks.test {
    useJUnit()
    systemProperty("edgebert.golden", rootDir.parentFile.resolve("tests/golden").path)
    // Without a folder of bundles, the tests that read them are skipped.
    System.getenv("EDGEBERT_FIXTURES")?.let { systemProperty("edgebert.fixtures", it) }
}
