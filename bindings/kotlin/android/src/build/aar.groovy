// Maven knows no AARs: of each one that the module depends on, this puts the classes on the class paths.
import org.apache.maven.artifact.handler.DefaultArtifactHandler

def unpacked = new File(project.build.directory, 'aars')
project.artifacts.findAll { it.type == 'aar' }.each { artifact ->
    def classes = new File(unpacked, "${artifact.groupId}.${artifact.artifactId}-${artifact.version}.jar")
    if (!classes.exists()) {
        def part = new File(classes.path + '.part')
        new java.util.zip.ZipFile(artifact.file).withCloseable { aar ->
            // An AAR may hold further jars under libs/; no dependency of this module does.
            if (aar.entries().any { it.name.startsWith('libs/') && it.name.endsWith('.jar') }) {
                fail("${artifact} has jars under libs/, which this script leaves out")
            }
            def entry = aar.getEntry('classes.jar') ?: fail("${artifact} has no classes.jar")
            unpacked.mkdirs()
            part.bytes = aar.getInputStream(entry).bytes
        }
        java.nio.file.Files.move(part.toPath(), classes.toPath(), java.nio.file.StandardCopyOption.REPLACE_EXISTING)
    }
    artifact.artifactHandler = new DefaultArtifactHandler('jar').tap { addedToClasspath = true; language = 'java' }
    artifact.file = classes
}
